import { Command, Option } from 'commander'
import { segment } from '../api/client.ts'
import { asPerson } from './as-person.ts'
import type { Open } from '../cli.ts'
import { type Asking, asking, type Elevation, elevationsPath, seconds, told } from './elevation.ts'

interface Emergency extends Asking {
  readonly for?: number
  readonly reason: string
}

export function breakGlassCommand(open: Open): Command {
  return asking(
    new Command('break-glass')
      .description('take a role at once in an emergency, without an approval: everybody is told, and it is reviewed')
      .argument('<role>')
      .option('--for <time>', 'for how long, like 30m (default: as long as the rule lets)', seconds)
      .requiredOption('--reason <text>', 'why'),
  ).action(async (role: string, { for: time, reason, ...options }: Emergency, command: Command) => {
    const { api, show, terminal } = open(command)
    const path = `/applications/${segment(options.application)}/break-glass`
    const body = { role, reason, ...(time !== undefined && { seconds: time }) }
    const made = await asPerson(api, options, terminal, (own) => own.post<Elevation>(path, body))
    show(made, () => told(made))
  })
}

interface Review extends Asking {
  readonly finding: 'justified' | 'unjustified'
  readonly note: string
}

export function reviewCommand(open: Open): Command {
  return asking(
    new Command('review')
      .description('say what to make of it that somebody else broke the glass')
      .argument('<request>')
      .addOption(new Option('--finding <finding>').choices(['justified', 'unjustified']).makeOptionMandatory())
      .requiredOption('--note <text>', 'what you found'),
  ).action(async (id: string, { finding, note, ...options }: Review, command: Command) => {
    const { api, show, terminal } = open(command)
    const path = elevationsPath(options.application, `/${segment(id)}/review`)
    const done = await asPerson(api, options, terminal, (own) => own.post<Elevation>(path, { finding, note }))
    show(done, () => `Reviewed ${done.id}: ${finding}.\n`)
  })
}
