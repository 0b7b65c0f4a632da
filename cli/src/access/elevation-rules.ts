import { Command } from 'commander'
import { segment } from '../api/client.ts'
import { findPrincipal } from '../api/uid.ts'
import type { Api } from '../api/client.ts'
import type { Uid } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { collect } from '../commands/options.ts'
import { table } from '../output/table.ts'
import { seconds } from './elevation.ts'
import { type In, uidText } from './moments.ts'

interface Rule {
  readonly gives: 'role' | 'template'
  readonly name: string
  readonly eligible: readonly Uid[]
  readonly approvers: readonly Uid[] | null
  readonly maximumSeconds: number
  readonly breakGlass: { readonly maximumSeconds: number; readonly perDay: number } | null
}

const path = (application: string, rest = '') => `/applications/${segment(application)}/elevation-rules${rest}`
const minutes = (of: number) => `${Math.ceil(of / 60)} min`

interface Options extends In {
  readonly template?: boolean
  readonly eligible?: readonly string[]
  readonly approver?: readonly string[]
  readonly approval: boolean
  readonly max: number
  readonly breakGlass?: number
  readonly perDay?: string
}

export function elevationRulesCommand(open: Open): Command {
  const rules = new Command('elevation-rules').description('who may ask for which role for a time, and who approves')
  rules
    .command('list')
    .description('list the rules')
    .option('--application <id>', 'of which application', 'holdfast')
    .action(async ({ application }: In, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Rule>(path(application))
      show(found, () =>
        table(
          found,
          {
            for: ({ gives, name }) => `${gives} ${name}`,
            'may ask': ({ eligible }) => eligible.map(uidText).join(' '),
            approve: ({ approvers }) => approvers?.map(uidText).join(' ') ?? 'nobody needs to',
            most: ({ maximumSeconds }) => minutes(maximumSeconds),
            'break-glass': ({ breakGlass }) =>
              breakGlass === null ? 'no' : `${minutes(breakGlass.maximumSeconds)}, ${breakGlass.perDay} a day`,
          },
          'No rules.',
        ),
      )
    })
  rules
    .command('set')
    .description(
      'set a rule: holdfast access elevation-rules set admin --eligible Group::oncall --approver Group::admins --max 4h --break-glass 1h',
    )
    .option('--application <id>', 'of which application', 'holdfast')
    .argument('<role>')
    .option('--template', 'the name is that of a template')
    .option('--eligible <who>', 'who may ask: e-mail address, or a uid; may be repeated', collect)
    .option('--approver <who>', 'who approves; may be repeated', collect)
    .option('--no-approval', 'nobody needs to approve')
    .requiredOption('--max <time>', 'for how long at most', seconds)
    .option('--break-glass <time>', 'lets who may ask take it at once, for so long at most', seconds)
    .option('--per-day <times>', 'how often one may break the glass in a day (default: 3)')
    .action(async (name: string, options: Options, command: Command) => {
      const { api, show } = open(command)
      const { eligible = [], approver = [], approval, breakGlass, perDay } = options
      if (approval === (approver.length === 0)) throw usage('Name each --approver, or --no-approval.')
      const body = {
        eligible: await each(api, eligible),
        approvers: approval ? await each(api, approver) : null,
        maximumSeconds: options.max,
        ...(breakGlass !== undefined && {
          breakGlass: { maximumSeconds: breakGlass, ...(perDay !== undefined && { perDay: Number(perDay) }) },
        }),
      }
      const gives = options.template === true ? '?gives=template' : ''
      const rule = await api.put<Rule>(path(options.application, `/${segment(name)}${gives}`), body)
      show(rule, () => `The rule for the ${rule.gives} ${rule.name} is set.\n`)
    })
  rules
    .command('delete')
    .description('take a rule away: nobody may ask any more')
    .option('--application <id>', 'of which application', 'holdfast')
    .argument('<role>')
    .option('--template', 'the name is that of a template')
    .action(async (name: string, { application, template }: In & { template?: boolean }, command: Command) => {
      const { api, show } = open(command)
      const gives = template === true ? '?gives=template' : ''
      const done = await api.delete(path(application, `/${segment(name)}${gives}`))
      show(done, () => 'The rule is gone.\n')
    })
  return rules
}

const each = (api: Api, who: readonly string[]) => Promise.all(who.map((one) => findPrincipal(api, one)))
