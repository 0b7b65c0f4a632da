import { Command } from 'commander'
import { findPerson } from '../api/find.ts'
import { segment } from '../api/client.ts'
import type { Person } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { printable } from '../output/printable.ts'
import { facts, table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { agreed } from './agree.ts'
import { collect } from './options.ts'
import { readPassword, type PasswordOptions } from './secrets.ts'

export function peopleCommand(open: Open): Command {
  const people = new Command('people').description('who may sign in')

  people
    .command('list')
    .description('list people: holdfast people list --query ada')
    .option('--query <text>', 'only those whose name or address contains this')
    .action(async (options: { query?: string }, command: Command) => {
      const { api, show } = open(command)
      const found = await api.all<Person>('/people', { query: options.query })
      show(found, () =>
        table(
          found,
          {
            email: (person) => person.email,
            name: (person) => person.name,
            state: (person) => person.state,
            groups: (person) => person.groups.join(', '),
            'last sign-in': (person) => when(person.lastSignInAt),
            id: (person) => person.id,
          },
          'There are no people yet: holdfast people create ada@example.com --name Ada',
        ),
      )
    })

  people
    .command('create')
    .description('add a person: holdfast people create ada@example.com --name "Ada Lovelace" --group admins')
    .argument('<email>')
    .requiredOption('--name <name>', 'how others see them')
    .option('--group <id>', 'a group they belong to; may be repeated', collect)
    .option('--password-file <file>', 'read the password from a file')
    .option('--password-stdin', 'read the password from stdin')
    .option('--temporary', 'they must change the password when they first sign in')
    .option('--no-password', 'without a password: they cannot sign in yet')
    .action(
      async (
        email: string,
        options: PasswordOptions & { name: string; group?: string[]; password: boolean; temporary?: true },
        command: Command,
      ) => {
        const { api, show, terminal } = open(command)
        const password = options.password ? await readPassword(options, terminal) : undefined
        if (password === undefined && options.password) {
          throw usage('No password was given.', 'Give --password-stdin, --password-file or --no-password.')
        }
        const person = await api.post<Person>('/people', {
          email,
          name: options.name,
          ...(password !== undefined && { password }),
          ...(options.temporary && { temporary: true }),
          ...(options.group !== undefined && { groups: options.group }),
        })
        show(person, () => described(person))
      },
    )

  for (const [name, state, done] of [
    ['disable', 'disabled', 'is disabled, and every session is over.'],
    ['enable', 'active', 'may sign in again.'],
  ] as const) {
    people
      .command(name)
      .description(
        state === 'disabled' ? 'shut a person out: sessions end with the same act' : 'let a disabled person in again',
      )
      .argument('<person>', 'e-mail address or id')
      .action(async (who: string, _options: object, command: Command) => {
        const { api, show } = open(command)
        const { id } = await findPerson(api, who)
        const person = await api.patch<Person>(`/people/${segment(id)}`, { state })
        show(person, () => `${person.email} ${done}\n`)
      })
  }

  people
    .command('delete')
    .description('delete a person with password, memberships and sessions; events stay: holdfast log erase')
    .argument('<person>', 'e-mail address or id')
    .option('-y, --yes', 'delete without asking')
    .action(async (who: string, { yes }: { yes?: boolean }, command: Command) => {
      const { api, show, terminal } = open(command)
      const { id, email } = await findPerson(api, who)
      terminal.error(
        `${printable(email)} (${id}) cannot sign in any more, and is in no group. This cannot be undone.\n`,
      )
      await agreed(terminal, `Delete ${printable(email)}?`, yes)
      await api.delete(`/people/${segment(id)}`)
      const next = `What events say of them stays; to erase that too: holdfast log erase ${id}`
      show({ id, deleted: true }, () => `${email} is gone.\n${next}\n`)
    })

  people
    .command('reset-password')
    .description('mail somebody a link by which they choose another password; nobody else learns it')
    .argument('<person>', 'e-mail address or id')
    .action(async (who: string, _options: object, command: Command) => {
      const { api, show } = open(command)
      const { id, email } = await findPerson(api, who)
      const sent = await api.post<{ sent: true }>(`/people/${segment(id)}/password-reset`)
      show(sent, () => `${email} is mailed a link. What they sign in with now holds until they follow it.\n`)
    })

  return people
}

function described(person: Person): string {
  return facts({
    email: person.email,
    name: person.name,
    groups: person.groups.join(', '),
    password: person.hasPassword,
    id: person.id,
  })
}
