import { Command, InvalidArgumentError, Option } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'

interface Limits {
  readonly preset: string
  readonly idleSeconds: number
  readonly absoluteSeconds: number
}

interface Answer {
  readonly own: Limits | null
  readonly effective: Limits
}

interface Options {
  readonly preset?: string
  readonly idleMinutes?: number
  readonly absoluteHours?: number
  readonly remove?: boolean
}

export function sessionLimitsCommand(open: Open): Command {
  return new Command('limits')
    .description('how long sessions at an application last: holdfast sessions limits shop --preset pci')
    .argument('<application>', 'id of the application')
    .addOption(new Option('--preset <preset>', 'set it').choices(['standard', 'strict', 'pci']))
    .option('--idle-minutes <minutes>', 'in place of what the preset says', whole)
    .option('--absolute-hours <hours>', 'in place of what the preset says', whole)
    .addOption(new Option('--remove', 'as long as the installation says').conflicts('preset'))
    .action(async (application: string, options: Options, command: Command) => {
      const { api, show } = open(command)
      const path = `/applications/${segment(application)}/session-limits`
      const { remove, ...limits } = options
      const answer =
        remove === true
          ? await api.delete<Answer>(path)
          : Object.keys(limits).length === 0
            ? await api.get<Answer>(path)
            : await api.put<Answer>(path, { preset: 'standard', ...limits })
      show(answer, () => told(answer))
    })
}

function told({ own, effective }: Answer): string {
  const whence =
    own === null ? 'as the installation says' : `the shorter of its own (${own.preset}) and the installation's`
  const minutes = effective.idleSeconds / 60
  return `${minutes} minutes unused, ${effective.absoluteSeconds / 3600} hours at all: ${whence}.\n`
}

function whole(text: string): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) === 0) throw new InvalidArgumentError('A whole number, from 1.')
  return Number(text)
}
