import type { ReactElement } from 'react'
import { api } from '../../api/index.ts'
import type { Session } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { useAct } from '../../ui/use-act.ts'

/** Ends one session. Ending a sign-in ends the application sessions that came of it, too. */
export function RevokeOne({ session }: { session: Session }): ReactElement {
  const revoke = useAct(async () => await api.revokeSession(session.id), {
    done: ({ revoked }) => `${count(revoked, 'session')} of ${session.person.name} revoked`,
    refresh: [['sessions']],
  })
  const what =
    session.kind === 'sign-in'
      ? `Ends this sign-in of ${session.person.name} and every application session that came of it.`
      : `Ends the session of ${session.person.name} at ${session.application ?? 'the application'}.`
  return (
    <>
      <ConfirmInline
        label="Revoke"
        busy={revoke.isPending}
        consequence={`${what}${session.current ? ' This is the session you are using: you will be signed out.' : ''}`}
        confirm="Revoke session"
        onConfirm={() => revoke.mutate()}
      />
      <ErrorNote error={revoke.error} />
    </>
  )
}

interface RevokeAllProps {
  readonly person: { readonly id: string; readonly name: string }
  readonly sessions: readonly Session[]
  /** More sessions exist than are listed here. */
  readonly more: boolean
}

/** Ends every session of a person, and says first whom that hits, how many, and where. */
export function RevokeAll({ person, sessions, more }: RevokeAllProps): ReactElement {
  const revoke = useAct(async () => await api.revokeSessionsOf(person.id), {
    done: ({ revoked }) => `${count(revoked, 'session')} of ${person.name} revoked`,
    refresh: [['sessions']],
  })
  const number = `${more ? 'more than ' : ''}${count(sessions.length, 'session')}`
  const places = [...new Set(sessions.flatMap(({ application }) => (application === null ? [] : [application])))]
  const own = sessions.some(({ current }) => current)
  return (
    <div className="flex flex-col items-start gap-2">
      <ConfirmInline
        label={`Revoke all ${more ? '' : sessions.length}`}
        disabled={sessions.length === 0}
        busy={revoke.isPending}
        consequence={`Ends ${number} of ${person.name}${places.length === 0 ? '' : `, at ${places.join(', ')} too`}. They must sign in again everywhere.${own ? ' One of them is yours, in this browser.' : ''}`}
        confirm={`Revoke ${number}`}
        onConfirm={() => revoke.mutate()}
      />
      <ErrorNote error={revoke.error} />
    </div>
  )
}
