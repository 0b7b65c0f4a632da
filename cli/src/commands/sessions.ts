import { Command } from 'commander'
import { segment } from '../api/client.ts'
import { findPerson } from '../api/find.ts'
import type { Session } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { count } from '../output/count.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'

export function sessionsCommand(open: Open): Command {
  const sessions = new Command('sessions').description('who is signed in, and ending it')

  sessions
    .command('list')
    .description('list live sessions: holdfast sessions list --person ada@example.com')
    .option('--person <person>', 'e-mail address or id')
    .action(async (options: { person?: string }, command: Command) => {
      const { api, show } = open(command)
      const person = options.person === undefined ? undefined : (await findPerson(api, options.person)).id
      const found = await api.all<Session>('/sessions', { person })
      show(found, () =>
        table(
          found,
          {
            id: (session) => session.id,
            person: (session) => session.person.email,
            for: (session) => session.application ?? 'Holdfast',
            started: (session) => when(session.startedAt),
            seen: (session) => when(session.lastSeenAt),
            address: (session) => session.address,
          },
          'Nobody is signed in.',
        ),
      )
    })

  sessions
    .command('revoke')
    .description('end a session, or all of a person: holdfast sessions revoke --person ada@example.com')
    .argument('[session]', 'id of the session')
    .option('--person <person>', 'all sessions of this person: e-mail address or id')
    .action(async (id: string | undefined, options: { person?: string }, command: Command) => {
      const { api, show } = open(command)
      if ((id === undefined) === (options.person === undefined)) throw usage('Name one session, or one --person.')
      if (id !== undefined) {
        await api.delete(`/sessions/${segment(id)}`)
        show({ revoked: 1 }, () => 'The session is over.\n')
        return
      }
      const person = await findPerson(api, options.person ?? '')
      const { revoked } = await api.delete<{ revoked: number }>(`/people/${segment(person.id)}/sessions`)
      show({ revoked }, () => `${count(revoked, 'session')} of ${person.email} ${revoked === 1 ? 'is' : 'are'} over.\n`)
    })

  return sessions
}
