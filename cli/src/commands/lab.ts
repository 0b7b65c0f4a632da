import { Command } from 'commander'
import type { Open } from '../cli.ts'

export function labCommand(open: Open): Command {
  const lab = new Command('lab').description('attacks on a naive shop and on a guarded one')
  lab
    .command('run')
    .description('play the attacks and show what each did, what was answered and which event it left')
    .argument('[attack...]', 'only these (default: all)')
    .action(async (only: readonly string[], _options: object, command: Command) => {
      const { terminal, options, end } = open(command)
      const { runLab } = await import('../lab/index.ts')
      end(await runLab({ terminal, only, json: options.json === true }))
    })
  return lab
}
