import { Command } from 'commander'
import { segment } from '../api/client.ts'
import { asPerson } from './as-person.ts'
import type { Open } from '../cli.ts'
import { type Asking, asking, type Elevation, elevationsPath, told } from './elevation.ts'

const answers = {
  approve: 'approve what somebody else asked for',
  deny: 'deny what somebody else asked for',
  cancel: 'take back what you asked for',
  'give-back': 'end what was given for a time, before its time',
} as const

/** `access approve`, `deny`, `cancel`, `give-back`. */
export function answerCommands(open: Open): Command[] {
  return Object.entries(answers).map(([name, description]) =>
    asking(new Command(name).description(description).argument('<request>').option('--note <text>', 'why')).action(
      async (id: string, { note, ...options }: Asking & { readonly note?: string }, command: Command) => {
        const { api, show, terminal } = open(command)
        const act = name === 'give-back' ? 'end' : name
        const path = elevationsPath(options.application, `/${segment(id)}/${act}`)
        const done = await asPerson(api, options, terminal, (own) =>
          own.post<Elevation>(path, note === undefined ? {} : { note }),
        )
        show(done, () => told(done))
      },
    ),
  )
}
