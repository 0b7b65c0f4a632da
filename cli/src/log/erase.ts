import { Command } from 'commander'
import { segment } from '../api/client.ts'
import type { Open } from '../cli.ts'
import { agreed } from '../commands/agree.ts'
import { usage } from '../failure.ts'
import { count } from '../output/count.ts'
import { printable } from '../output/printable.ts'

interface Erased {
  readonly events: number
  readonly keys: number
  readonly remains: readonly string[]
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function eraseCommand(open: Open): Command {
  return new Command('erase')
    .description('erase a person who was deleted from the log: their key is destroyed, every proof stays valid')
    .argument('<person>', 'the id of the person')
    .option('--yes', 'do not ask')
    .action(async (person: string, options: { yes?: boolean }, command: Command) => {
      const { api, show, terminal } = open(command)
      if (!uuid.test(person)) {
        throw usage(
          'A person is erased by their id.',
          'It is in the event of their deletion: holdfast log search --kind person.deleted',
        )
      }
      const page = await api.get<{ items: readonly object[]; next: string | null }>('/events', {
        actor: person,
        since: '1970-01-01T00:00:00Z',
        limit: 200,
      })
      const many = page.next === null ? count(page.items.length, 'event') : 'more than 200 events'
      terminal.error(`${person} did ${many} that the log has, and may be named in others. This cannot be undone.\n`)
      await agreed(terminal, 'Destroy their key?', options.yes)
      const erased = await api.delete<Erased>(`/events/subjects/Person/${segment(person)}`)
      show(
        erased,
        () =>
          `Erased from ${count(erased.events, 'event')}; ${count(erased.keys, 'key')} destroyed. What remains:\n` +
          erased.remains.map((line) => `- ${printable(line)}\n`).join(''),
      )
    })
}
