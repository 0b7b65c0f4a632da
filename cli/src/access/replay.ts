import { Command, Option } from 'commander'
import type { Uid } from '../api/types.ts'
import type { Cli, Open } from '../cli.ts'
import { wholeNumber } from '../commands/options.ts'
import { exitCodes, usage } from '../failure.ts'
import { pastTime } from '../log/filters.ts'
import { facts, table } from '../output/table.ts'
import { applicationPath, examplesTable, kindsInWords, namesText, readGiven, uidText } from './candidate.ts'
import { withFindings } from './shadow.ts'

interface Turned {
  readonly kind: string
  readonly action: string
  readonly live: readonly string[]
  readonly candidate: readonly string[]
  readonly count: number
  readonly estimated: number
  readonly examples: readonly {
    readonly event: string
    readonly time: string
    readonly principal: Uid
    readonly resource: Uid
    readonly explanation: string
  }[]
}

interface Report {
  readonly looked: number
  readonly replayed: number
  readonly turned: readonly Turned[]
  readonly byPrincipal: readonly { readonly principal: Uid; readonly count: number }[]
  readonly drifted: number
  readonly unreplayable: Readonly<Record<string, number>>
  readonly counted: number
  readonly next: string | null
}

interface Options {
  readonly application: string
  readonly candidate?: boolean
  readonly hierarchy: string
  readonly since?: string
  readonly until?: string
  readonly limit: number
  readonly failOnChange?: boolean
}

/** Decisions that the server takes again at a time. */
const pageSize = 250

/** `holdfast access replay`: logged decisions, taken again with other policies. */
export function replayCommand(open: Open): Command {
  return new Command('replay')
    .description(
      'take logged decisions again with other policies: holdfast access replay policies --application shop --since 7d',
    )
    .argument('[directory]', 'with all policies that would be live; or --candidate')
    .requiredOption('--application <id>', 'whose decisions')
    .option('--candidate', 'with those that are tried out (see access shadow)')
    .addOption(
      new Option('--hierarchy <when>', 'with the groups, roles and grants of now, or of when it was decided')
        .choices(['now', 'then'])
        .default('now'),
    )
    .option('--since <time>', 'since: 2h, 7d, 3w, or a time as 2026-01-31T10:00:00Z', pastTime)
    .option('--until <time>', 'before: the same', pastTime)
    .option('-n, --limit <number>', 'how many decisions at most, the newest', wholeNumber, 10_000)
    .option('--fail-on-change', 'exit with 1 when an answer would turn')
    .action(async (directory: string | undefined, options: Options, command: Command) =>
      replay(open(command), directory, options),
    )
}

async function replay(cli: Cli, directory: string | undefined, options: Options): Promise<void> {
  const { api, show, terminal, end } = cli
  if ((directory === undefined) !== (options.candidate === true)) {
    throw usage('Name a directory of policies, or --candidate.')
  }
  const given = directory === undefined ? {} : readGiven(terminal, directory)
  const { application, hierarchy, since, until, limit } = options
  const path = applicationPath(application, 'decisions/replay')
  let all: Report | undefined
  for (let cursor: string | undefined; (all?.looked ?? 0) < limit; ) {
    const size = Math.min(pageSize, limit - (all?.looked ?? 0))
    const page = await api
      .post<Report>(path, { ...given, hierarchy, since, until, cursor, limit: size })
      .catch((error: unknown) => {
        throw withFindings(error)
      })
    all = all === undefined ? page : merged(all, page)
    if (page.next === null) break
    cursor = page.next
  }
  if (all === undefined) throw usage('--limit must be at least 1.')
  const report = all
  show(report, () => text(report))
  const turned = report.turned.some(({ kind }) => kind === 'would_allow' || kind === 'would_deny')
  end(turned && options.failOnChange === true ? exitCodes.failed : exitCodes.ok)
}

/** Two pages as one. */
function merged(one: Report, other: Report): Report {
  const turned = new Map<string, Turned>()
  for (const each of [...one.turned, ...other.turned]) {
    const key = JSON.stringify([each.kind, each.action, each.live, each.candidate])
    const known = turned.get(key)
    turned.set(
      key,
      known === undefined
        ? each
        : {
            ...each,
            count: known.count + each.count,
            estimated: known.estimated + each.estimated,
            examples: [...known.examples, ...each.examples].slice(0, 3),
          },
    )
  }
  const principals = new Map<string, Report['byPrincipal'][number]>()
  for (const { principal, count } of [...one.byPrincipal, ...other.byPrincipal]) {
    const key = uidText(principal)
    principals.set(key, { principal, count: count + (principals.get(key)?.count ?? 0) })
  }
  const unreplayable: Record<string, number> = { ...one.unreplayable }
  for (const [why, count] of Object.entries(other.unreplayable)) unreplayable[why] = (unreplayable[why] ?? 0) + count
  return {
    looked: one.looked + other.looked,
    replayed: one.replayed + other.replayed,
    turned: [...turned.values()].toSorted((a, b) => b.count - a.count),
    byPrincipal: [...principals.values()].toSorted((a, b) => b.count - a.count).slice(0, 20),
    drifted: one.drifted + other.drifted,
    unreplayable,
    counted: one.counted + other.counted,
    next: other.next,
  }
}

const lossesInWords: Readonly<Record<string, string>> = {
  scrubbed: 'not again: a secret was taken out',
  truncated: 'not again: too large to be kept whole',
  erased: 'not again: a person was erased',
  unreadable: 'not again: not of the form of a decision',
  principal_gone: 'not again: the principal is no more',
  no_world: 'not again: too many moments of the past',
  too_slow: 'not again: the policies take too long',
  not_counted: 'not counted: too many sorts',
}

function text(report: Report): string {
  const { looked, replayed, drifted, unreplayable, counted, turned, byPrincipal } = report
  const head = facts({
    'decisions in the log': looked,
    'taken again': replayed,
    'live policies say something else by now': drifted,
    ...Object.fromEntries(Object.entries(unreplayable).map(([why, count]) => [lossesInWords[why] ?? why, count])),
    ...(counted > 0 && { 'refusals that were only counted': counted }),
  })
  if (turned.length === 0) return `${head}\nNone would turn.\n`
  const sorts = table(
    turned,
    {
      what: ({ kind }) => kindsInWords[kind] ?? kind,
      action: ({ action }) => action,
      'by live': ({ live }) => namesText(live),
      'by these': ({ candidate }) => namesText(candidate),
      decisions: ({ count }) => count,
      'with what was not logged': ({ estimated }) => `~${Math.round(estimated)}`,
    },
    '',
  )
  const who = table(
    byPrincipal,
    { principal: ({ principal }) => uidText(principal), 'answers that turn': ({ count }) => count },
    'No answer turns.',
  )
  const examples = examplesTable(
    turned.flatMap(({ kind, action, examples: some }) => some.map((one) => ({ ...one, kind, action }))),
    '',
  )
  return `${head}\n${sorts}\n${who}\n${examples}`
}
