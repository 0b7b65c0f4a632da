import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { wholeNumber } from '../commands/options.ts'
import { count } from '../output/count.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'

interface Rules {
  readonly days: number
  readonly leastDays: number
  readonly mostDays: number
  readonly rules: readonly { readonly target: string; readonly days: number; readonly changedAt: string }[]
}

export function retentionCommand(open: Open): Command {
  const retention = new Command('retention').description('how long events are kept')

  retention
    .command('show', { isDefault: true })
    .description('show the default and the rules')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const found = await api.get<Rules>('/ledger/retention')
      const { days, leastDays, mostDays, rules } = found
      show(found, () => {
        const own = rules.map((rule) => ({ ...rule, changed: when(rule.changedAt) }))
        const rows = [...own, { target: '(all others)', days, changed: null }]
        const columns = {
          events: (row: (typeof rows)[number]) => row.target,
          days: (row: (typeof rows)[number]) => row.days,
          changed: (row: (typeof rows)[number]) => row.changed,
        }
        return `${table(rows, columns, '')}A rule may say ${leastDays} to ${mostDays} days.\n`
      })
    })

  retention
    .command('set')
    .description('keep a kind or class so long: holdfast log retention set kind:session 400')
    .argument('<target>', 'kind:session (with all below it), or class:3002')
    .argument('<days>', 'from when they came', wholeNumber)
    .action(async (target: string, days: number, _options: object, command: Command) => {
      const { api, show } = open(command)
      const rule = await api.put(`/ledger/retention/${segment(target)}`, { days })
      show(
        rule,
        () => `Events of ${target} are kept for ${count(days, 'day')}; what is older goes with the next run.\n`,
      )
    })

  retention
    .command('reset')
    .description('take a rule away: the default applies again')
    .argument('<target>', 'as "log retention" shows it')
    .action(async (target: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      show(
        await api.delete(`/ledger/retention/${segment(target)}`),
        () => `${target} has no rule of its own any more.\n`,
      )
    })

  return retention
}
