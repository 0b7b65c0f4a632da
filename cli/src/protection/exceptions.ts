import { Command, InvalidArgumentError } from 'commander'
import { seconds } from '../access/elevation.ts'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { table } from '../output/table.ts'
import { scopeText } from './blocked.ts'

interface Exception {
  readonly id: string
  readonly operation: string
  readonly note: string | null
  readonly expiresAt: string | null
  readonly expired: boolean
  readonly made: { readonly at: string; readonly by: { readonly type: string; readonly id: string } | null } | null
  readonly broad: readonly string[]
}

const path = (application: string): string => `/applications/${segment(application)}/protection/exceptions`

interface Excepting {
  readonly note?: string
  readonly for?: number
}

export function exceptCommand(open: Open): Command {
  return new Command('except')
    .description(
      'let through what was found in a request, there and nowhere else: holdfast protection except shop EVENT --note "people write SQL"',
    )
    .argument('<application>')
    .argument('<event>', 'of a blocked request, as `holdfast protection blocked` shows it')
    .argument('[finding]', 'its number', number, 0)
    .option('--note <text>', 'why')
    .option('--for <time>', 'until when, like 30d (default: without end)', seconds)
    .action(async (application: string, event: string, finding: number, options: Excepting, command: Command) => {
      const { api, show } = open(command)
      const made = await api.post<Exception>(path(application), {
        event,
        finding,
        ...(options.note !== undefined && { note: options.note }),
        ...(options.for !== undefined && { expiresAt: new Date(Date.now() + options.for * 1000).toISOString() }),
      })
      show(
        made,
        () =>
          `Excepted from now on: ${scopeText(made)}.\nTo take it away: holdfast protection exceptions ${application} --remove ${made.id}\n`,
      )
    })
}

export function exceptionsCommand(open: Open): Command {
  return new Command('exceptions')
    .description('what the inspection lets through although it finds it, who said so, and until when')
    .argument('<application>')
    .option('--remove <id>', 'take one away')
    .action(async (application: string, { remove }: { remove?: string }, command: Command) => {
      const { api, show } = open(command)
      if (remove !== undefined) {
        await api.delete(`${path(application)}/${segment(remove)}`)
        return show({ removed: true }, () => `The exception ${remove} is taken away.\n`)
      }
      const { items } = await api.get<{ readonly items: readonly Exception[] }>(path(application))
      show(items, () =>
        table(
          items,
          {
            id: ({ id }) => id,
            'lets through': (each) => scopeText(each),
            made: ({ made }) => made?.at,
            ends: ({ expiresAt, expired }) => (expired ? 'has ended' : (expiresAt ?? 'never')),
            broad: ({ broad }) => broad.join('; '),
            note: ({ note }) => note,
          },
          'There are no exceptions.',
        ),
      )
    })
}

function number(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('The number of a finding is needed.')
  return Number(text)
}
