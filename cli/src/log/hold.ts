import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Page, Uid } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { pastTime } from './filters.ts'

interface Hold {
  readonly id: string
  readonly subject: Uid | null
  readonly since: string | null
  readonly until: string | null
  readonly reason: string | null
  readonly placedAt: string
  readonly placedBy: Uid | null
  readonly releasedAt: string | null
}

interface PlaceOptions {
  readonly reason: string
  readonly subject?: string
  readonly since?: string
  readonly until?: string
}

export function holdCommand(open: Open): Command {
  const hold = new Command('hold').description('legal holds: what is neither pruned nor erased')

  hold
    .command('list', { isDefault: true })
    .description('list the holds, those in force first')
    .action(async (_options: object, command: Command) => {
      const { api, show } = open(command)
      const { items } = await api.get<Page<Hold>>('/ledger/holds')
      show(items, () =>
        table(
          items,
          {
            id: ({ id }) => id,
            on: what,
            reason: ({ reason }) => reason,
            placed: ({ placedAt }) => when(placedAt),
            by: ({ placedBy }) => (placedBy === null ? null : `${placedBy.type} ${placedBy.id}`),
            released: ({ releasedAt }) => when(releasedAt),
          },
          'There are no legal holds.',
        ),
      )
    })

  hold
    .command('place')
    .description('hold everything, a subject, a time: holdfast log hold place --reason "Case 7" --subject Person/ID')
    .requiredOption('--reason <text>', 'why; kept encrypted')
    .option('--subject <type/id>', 'only what names this, as Person/0190... or Order/42')
    .option('--since <time>', 'only what happened since: 7d, or 2026-01-31', pastTime)
    .option('--until <time>', 'only what happened before', pastTime)
    .action(async ({ reason, subject, since, until }: PlaceOptions, command: Command) => {
      const { api, show } = open(command)
      const placed = await api.post<Hold>('/ledger/holds', {
        reason,
        ...(subject !== undefined && { subject: uid(subject) }),
        ...(since !== undefined && { since }),
        ...(until !== undefined && { until }),
      })
      show(placed, () => `Held: ${what(placed)}. Release it with: holdfast log hold release ${placed.id}\n`)
    })

  hold
    .command('release')
    .description('release a hold: retention goes on, and erasure is possible again')
    .argument('<id>', 'as "log hold list" shows it')
    .action(async (id: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const released = await api.post<Hold>(`/ledger/holds/${segment(id)}/release`)
      show(released, () => `Released: ${what(released)}.\n`)
    })

  return hold
}

function what({ subject, since, until }: Hold): string {
  const whom = subject === null ? 'everything' : `${subject.type} ${subject.id}`
  return [whom, since === null ? '' : `since ${when(since)}`, until === null ? '' : `until ${when(until)}`]
    .filter((part) => part !== '')
    .join(' ')
}

function uid(text: string): Uid {
  const [, type, id] = /^([^/]+)\/(.+)$/.exec(text) ?? []
  if (type === undefined || id === undefined) throw usage(`"${text}" names no subject.`, 'Write it as Person/<id>.')
  return { type, id }
}
