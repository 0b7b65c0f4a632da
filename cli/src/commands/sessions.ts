import { Command, Option } from 'commander'
import { segment } from '../api/client.ts'
import { findPerson } from '../api/find.ts'
import type { Session } from '../api/types.ts'
import type { Open } from '../cli.ts'
import { usage } from '../failure.ts'
import { count } from '../output/count.ts'
import { table } from '../output/table.ts'
import { when } from '../output/time.ts'
import { sessionLimitsCommand } from '../sessions/limits.ts'
import { requireCommand } from '../sessions/require.ts'
import { agreed } from './agree.ts'

interface RevokeOptions {
  readonly person?: string
  readonly everybody?: boolean
  readonly yes?: boolean
}

export function sessionsCommand(open: Open): Command {
  const sessions = new Command('sessions').description(
    'who is signed in, ending it, what must be shown, how long it lasts',
  )

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
            shown: shownIn,
            device: (session) => session.device.name ?? session.device.label,
            started: (session) => when(session.startedAt),
            seen: (session) => when(session.lastSeenAt),
            from: (session) => session.place,
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
    .addOption(new Option('--everybody', 'all sessions of everybody').conflicts('person'))
    .option('--yes', 'do not ask')
    .action(async (id: string | undefined, options: RevokeOptions, command: Command) => {
      const { api, show, terminal } = open(command)
      const named = [id !== undefined, options.person !== undefined, options.everybody === true]
      if (named.filter(Boolean).length !== 1) throw usage('Name one session, or one --person, or --everybody.')
      if (id !== undefined) {
        await api.delete(`/sessions/${segment(id)}`)
        show({ revoked: 1 }, () => 'The session is over.\n')
        return
      }
      if (options.everybody === true) {
        await agreed(terminal, 'End every session of everybody?', options.yes)
        const { revoked } = await api.delete<{ revoked: number }>('/sessions')
        show({ revoked }, () => `${count(revoked, 'session')} ${revoked === 1 ? 'is' : 'are'} over.\n`)
        return
      }
      const person = await findPerson(api, options.person ?? '')
      const { revoked } = await api.delete<{ revoked: number }>(`/people/${segment(person.id)}/sessions`)
      show({ revoked }, () => `${count(revoked, 'session')} of ${person.email} ${revoked === 1 ? 'is' : 'are'} over.\n`)
    })

  sessions.addCommand(requireCommand(open))
  sessions.addCommand(sessionLimitsCommand(open))
  return sessions
}

/** What the session has shown, and what it has to show. */
function shownIn({ acr, amr, requiredAcr }: Session): string {
  const shown = `${acr} (${amr.join(' ')})`
  return requiredAcr === null ? shown : `${shown}, needs ${requiredAcr}`
}
