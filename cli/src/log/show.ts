import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'

export function showCommand(open: Open): Command {
  return new Command('show')
    .description('show one event whole, with its place in the log')
    .argument('<id>', 'as an error message names it')
    .action(async (id: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const event = await api.get<unknown>(`/events/${segment(id)}`)
      show(event, () => `${JSON.stringify(event, null, 2)}\n`)
    })
}
