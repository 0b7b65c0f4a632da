import { Command, InvalidArgumentError, Option } from 'commander'
import type { Api, Query } from '../api/client.ts'
import type { Uid } from '../api/types.ts'
import { findPrincipal, parseUid } from '../api/uid.ts'
import type { Cli, Open } from '../cli.ts'
import { wholeNumber } from '../commands/options.ts'
import { pastTime } from '../log/filters.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { applicationPath, namesText, uidText } from './candidate.ts'

interface LogOptions {
  readonly application: string
  readonly principal?: string
  readonly action?: string
  readonly resource?: string
  readonly decision?: string
  readonly via?: string
  readonly since?: string
  readonly until?: string
  readonly limit: number
  readonly rate?: number
}

interface Logged {
  readonly id: string
  readonly time: string
  readonly kind: string
  readonly principal: Uid | null
  readonly action: string | null
  readonly resource: Uid | null
  readonly decision: string | null
  readonly via: string | null
  readonly policies: readonly string[]
  readonly errors: readonly { readonly policy: string }[]
  readonly rate: number
  readonly more: number
}

interface Page {
  readonly items: readonly Logged[]
  readonly next: string | null
  readonly complete: boolean
}

const pageSize = 200
const mostPages = 50

/** `holdfast access log`: what was decided, and how much of it is logged. */
export function logCommand(open: Open): Command {
  return new Command('log')
    .description('what was decided, newest first: holdfast access log --application shop --decision deny --since 2h')
    .requiredOption('--application <id>', 'whose decisions')
    .option('--principal <who>', 'of a person (e-mail address) or a uid')
    .option('--action <action>', 'of this action')
    .option('--resource <uid>', `on this resource: 'Review::"7"'`)
    .addOption(new Option('--decision <decision>', 'of this answer').choices(['allow', 'deny', 'failed']))
    .addOption(new Option('--via <way>', 'asked in this way').choices(['require', 'can', 'authzen', 'evaluate']))
    .option('--since <time>', 'since: 2h, 7d, 3w, or a time as 2026-01-31T10:00:00Z', pastTime)
    .option('--until <time>', 'before: the same', pastTime)
    .option('-n, --limit <number>', 'how many at most', wholeNumber, 50)
    .option('--rate <share>', 'instead: log this share of what is allowed from now on, 0 to 1', share)
    .addHelpText(
      'after',
      '\nWhat is denied is logged whole; of what is allowed a share, 0.01 where nobody said otherwise.',
    )
    .action(async (options: LogOptions, command: Command) => {
      const cli = open(command)
      await (options.rate === undefined ? search(cli, options) : changeRate(cli, options.application, options.rate))
    })
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('A number from 0 to 1 is needed: 0.05 is one in twenty.')
}

async function changeRate({ api, show }: Cli, application: string, allowRate: number): Promise<void> {
  const changed = await api.put<{ allowRate: number }>(applicationPath(application, 'decision-log'), { allowRate })
  show(changed, () => `Of what ${application} allows, ${changed.allowRate * 100} % is logged from now on.\n`)
}

async function search({ api, show, terminal }: Cli, options: LogOptions): Promise<void> {
  const { application, action, decision, via, since, until, limit } = options
  const query: Query = {
    action,
    decision,
    via,
    since,
    until,
    principal: options.principal === undefined ? undefined : uidText(await findPrincipal(api, options.principal)),
    resource: options.resource === undefined ? undefined : uidText(parseUid(options.resource)),
  }
  const found = await pages(api, applicationPath(application, 'decisions'), query, limit)
  if (!found.complete) terminal.error('Not everything could be searched in time; name a shorter time.\n')
  show(found.items, () =>
    table(
      found.items,
      {
        time: (row) => when(row.time),
        decision: (row) => (row.more > 0 ? `${row.decision ?? 'deny'} x${row.more}` : (row.decision ?? '-')),
        via: (row) => row.via,
        principal: (row) => uidText(row.principal),
        action: (row) => row.action,
        resource: (row) => uidText(row.resource),
        by: (row) => namesText(row.policies),
        failed: (row) => row.errors.map(({ policy }) => policy).join(', '),
      },
      'Nothing was found.',
    ),
  )
}

async function pages(api: Api, path: string, query: Query, limit: number): Promise<Omit<Page, 'next'>> {
  const items: Logged[] = []
  let cursor: string | undefined
  for (let n = 0; n < mostPages; n += 1) {
    const size = Math.min(pageSize, limit - items.length)
    const page = await api.get<Page>(path, { ...query, limit: size, cursor })
    items.push(...page.items)
    if (page.next === null || items.length >= limit) return { items, complete: true }
    cursor = page.next
  }
  return { items, complete: false }
}
