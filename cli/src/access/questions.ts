import { Command, Option } from 'commander'
import { segment } from '../api/client.ts'
import type { Evaluation, Uid } from '../api/types.ts'
import { findPrincipal, parseUid } from '../api/uid.ts'
import type { Open } from '../cli.ts'
import type { In } from './moments.ts'
import { described } from '../commands/decision.ts'
import { wholeNumber } from '../commands/options.ts'
import { exitCodes } from '../failure.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { momentOptions, momentQuery, type Moments, uidText } from './moments.ts'

interface Asking extends Moments {
  readonly context?: string
  readonly properties?: string
}

const path = (application: string, question: string) => `/applications/${segment(application)}/${question}`
const asking = (command: Command) =>
  momentOptions(command)
    .option('--context <json>', 'the context of the request, a JSON object')
    .option('--properties <json>', 'attributes of the resource that are not stored, a JSON object')
const asked = ({ context, properties, ...moments }: Asking) => ({
  ...momentQuery(moments),
  ...(context !== undefined && { context }),
  ...(properties !== undefined && { properties }),
})

export function whoCanCommand(open: Open): Command {
  interface Able {
    readonly principal: Uid
    readonly name: string | null
    readonly policies: readonly string[]
  }
  return asking(
    new Command('who-can')
      .description(
        `who can do something, now or as it was: holdfast access who-can deleteReview 'Review::"7"' --application shop --at 2026-03-01`,
      )
      .option('--application <id>', 'of which application', 'holdfast')
      .argument('<action>')
      .argument('<resource>', `a uid like 'Review::"7"'`),
  ).action(async (action: string, resource: string, { application, ...options }: Asking & In, command: Command) => {
    const { api, show } = open(command)
    const query = { action, resource: uidText(parseUid(resource)), ...asked(options) }
    const found = await api.all<Able>(path(application, 'who-can'), query)
    show(found, () =>
      table(
        found,
        {
          principal: ({ principal }) => uidText(principal),
          name: ({ name }) => name,
          by: ({ policies }) => policies.join(', '),
        },
        'Nobody can.',
      ),
    )
  })
}

export function whatCanCommand(open: Open): Command {
  interface Allowed {
    readonly resource: Uid
    readonly actions: readonly { readonly action: string; readonly policies: readonly string[] }[]
  }
  return asking(
    new Command('what-can')
      .description('what somebody can do: holdfast access what-can ada@example.com --application shop')
      .option('--application <id>', 'of which application', 'holdfast')
      .argument('<principal>', 'e-mail address, or a uid')
      .argument('[resource]', 'one; otherwise all that are stored or named')
      .option('--type <type>', 'resources of one type only'),
  ).action(
    async (
      principal: string,
      resource: string | undefined,
      { application, type, ...options }: Asking & In & { type?: string },
      command: Command,
    ) => {
      const { api, show } = open(command)
      const query = {
        principal: uidText(await findPrincipal(api, principal)),
        ...(resource !== undefined && { resource: uidText(parseUid(resource)) }),
        ...(type !== undefined && { resourceType: type }),
        ...asked(options),
      }
      const found = await api.all<Allowed>(path(application, 'what-can'), query)
      const rows = found.flatMap((one) => one.actions.map((each) => ({ resource: one.resource, ...each })))
      show(found, () =>
        table(
          rows,
          {
            resource: (row) => uidText(row.resource),
            action: (row) => row.action,
            by: (row) => row.policies.join(', '),
          },
          resource === undefined ? 'Nothing of what is stored or named here.' : 'Nothing.',
        ),
      )
    },
  )
}

export function explainCommand(open: Open): Command {
  return asking(
    new Command('explain')
      .description(
        `why somebody may or may not, now or as it was: holdfast access explain ada@example.com buy 'Product::"1"' --application shop`,
      )
      .option('--application <id>', 'of which application', 'holdfast')
      .argument('<principal>', 'e-mail address, or a uid')
      .argument('<action>')
      .argument('<resource>'),
  ).action(
    async (
      principal: string,
      action: string,
      resource: string,
      { application, ...options }: Asking & In,
      command: Command,
    ) => {
      const { api, show, end } = open(command)
      const explained = await api.get<Evaluation>(path(application, 'explain'), {
        principal: uidText(await findPrincipal(api, principal)),
        action,
        resource: uidText(parseUid(resource)),
        ...asked(options),
      })
      show(explained, () => described(explained))
      end(explained.decision === 'allow' ? exitCodes.ok : exitCodes.failed)
    },
  )
}

/** History is that of one thing. */
function of(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.conflicts(['principal', 'resource', 'policy', 'role'].filter((name) => name !== option.name()))
}

export function historyCommand(open: Open): Command {
  interface Change {
    readonly at: string
    readonly by: Uid | null
    readonly byName: string | null
    readonly what: string
    readonly change: string
    readonly subject: Uid
    readonly details: Readonly<Record<string, unknown>>
  }
  interface Options {
    readonly principal?: string
    readonly resource?: string
    readonly policy?: string
    readonly role?: string
    readonly limit: number
  }
  return new Command('history')
    .description(
      'what changed when, and by whom: holdfast access history --principal ada@example.com --application shop',
    )
    .option('--application <id>', 'of which application', 'holdfast')
    .addOption(of('--principal <who>', 'e-mail address, or a uid: grants, groups, whether they may act'))
    .addOption(of('--resource <uid>', 'what is stored of it, and grants on it'))
    .addOption(of('--policy <name>', 'its texts, and the grants that fill its slots'))
    .addOption(of('--role <role>', 'its place among the roles, and who had it'))
    .option('--limit <number>', 'the newest so many', wholeNumber, 100)
    .action(async ({ application, ...options }: Options & In, command: Command) => {
      const { api, show } = open(command)
      const { items } = await api.get<{ items: Change[] }>(path(application, 'history'), {
        limit: options.limit,
        ...(options.principal !== undefined && { principal: uidText(await findPrincipal(api, options.principal)) }),
        ...(options.resource !== undefined && { resource: uidText(parseUid(options.resource)) }),
        ...(options.policy !== undefined && { policy: options.policy }),
        ...(options.role !== undefined && { role: options.role }),
      })
      show(items, () =>
        table(
          items,
          {
            at: ({ at }) => when(at),
            by: ({ by, byName }) => byName ?? (by === null ? 'Holdfast' : uidText(by)),
            what: ({ what, change }) => `${what} ${change}`,
            subject: ({ subject }) => uidText(subject),
            details: ({ details: { text: _text, ...details } }) => JSON.stringify(details),
          },
          'Nothing changed.',
        ),
      )
    })
}
