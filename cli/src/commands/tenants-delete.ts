import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { count } from '../output/count.ts'
import { agreed } from './agree.ts'

interface Hits {
  readonly people: number
  readonly services: number
  readonly applications: number
  readonly clients: number
  readonly events: number
  readonly keys: number
  readonly holds: number
}

/** Deletes a suspended tenant for good. */
export function deleteTenantCommand(open: Open): Command {
  return new Command('delete')
    .description('delete a suspended tenant for good: its keys are destroyed, and everything of it goes')
    .argument('<slug>')
    .option('-y, --yes', 'delete without asking')
    .action(async (slug: string, { yes }: { yes?: boolean }, command: Command) => {
      const { api, show, terminal } = open(command)
      const path = `/tenants/${segment(slug)}`
      const hits = await api.get<Hits>(`${path}/hits`)
      // On stderr, as the question is: stdout is for the answer.
      terminal.error(whatIsLost(hits))
      await agreed(terminal, `Delete ${slug} for good?`, yes)
      const done = await api.delete<{ slug: string; keys: number }>(`${path}?people=${hits.people}`)
      show(
        done,
        () => `${done.slug} is deleted: ${count(done.keys, 'key was', 'keys were')} destroyed, its rows go now.\n`,
      )
    })
}

function whatIsLost({ people, services, applications, clients, events, keys, holds }: Hits): string {
  return `${[
    `${count(people, 'person', 'people')}, ${count(services, 'service')}, ${count(applications, 'application')} and ${count(clients, 'OAuth client')} are gone for good,`,
    `and what ${count(events, 'event')} of the log said. ${count(keys, 'key')} of encryption would be destroyed. The short name is given to nobody again.`,
    'Backups that hold the key table still open what they hold: it is backed up apart, and kept briefly.',
    ...(holds === 0 ? [] : [`${count(holds, 'legal hold')} in force: while there is one, it cannot be deleted.`]),
  ].join('\n')}\n`
}
