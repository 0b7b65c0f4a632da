import { Command } from 'commander'
import { asPerson } from './as-person.ts'
import { parseUid } from '../api/uid.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { type Asking, asking, type Elevation, elevationsPath, seconds, told } from './elevation.ts'

interface Options extends Asking {
  readonly for: number
  readonly reason: string
  readonly template?: string
  readonly resource?: string
}

export function elevateCommand(open: Open): Command {
  return asking(
    new Command('elevate')
      .description(
        'ask for a role for a time: holdfast access elevate editor --application shop --for 1h --reason "case 7" --as ada@example.com',
      )
      .argument('[role]')
      .option('--template <policy>', 'instead of a role: a policy with slots')
      .option('--resource <uid>', "what fills the template's ?resource")
      .requiredOption('--for <time>', 'for how long, like 30m or 4h', seconds)
      .requiredOption('--reason <text>', 'why'),
  ).action(async (role: string | undefined, options: Options, command: Command) => {
    const { api, show, terminal } = open(command)
    const { application, template, resource } = options
    if ((role === undefined) === (template === undefined)) throw usage('Name a role, or a --template.')
    const body = {
      seconds: options.for,
      reason: options.reason,
      ...(role !== undefined && { role }),
      ...(template !== undefined && { template }),
      ...(resource !== undefined && { resource: parseUid(resource) }),
    }
    const made = await asPerson(api, options, terminal, (own) => own.post<Elevation>(elevationsPath(application), body))
    show(made, () => told(made))
  })
}
