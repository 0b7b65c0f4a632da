import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { sessionsQuery } from '../../api/queries.ts'
import type { Person } from '../../api/types.ts'
import { deviceOf } from '../../lib/words.ts'
import { Assurance } from '../../ui/assurance.tsx'
import { Section } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { RevokeAll, RevokeOne } from '../sessions/revoke.tsx'

/** The live sessions of one person, each revocable, and all of them. */
export function PersonSessions({ person }: { person: Pick<Person, 'id' | 'name'> }): ReactElement {
  const sessions = useInfiniteQuery(sessionsQuery(person.id))
  return (
    <Section
      title="Sessions"
      aside={
        <Link
          to="/sessions/{-$id}"
          params={{ id: undefined }}
          search={{ person: person.id }}
          className="text-xs text-accent hover:underline"
        >
          All details
        </Link>
      }
    >
      <Answer query={sessions}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items)
          if (items.length === 0) return <p className="text-muted">Not signed in anywhere.</p>
          return (
            <div className="flex flex-col gap-2">
              <ul className="flex flex-col">
                {items.map((session) => (
                  <li
                    key={session.id}
                    className="flex flex-wrap items-center justify-between gap-2 border-b border-line py-1.5"
                  >
                    <div className="min-w-0">
                      <p>
                        {session.kind === 'sign-in' ? 'Sign-in' : session.application}
                        {session.current ? <span className="text-muted"> (this session)</span> : null}
                      </p>
                      <p className="text-xs text-muted">
                        {deviceOf(session)}, {session.place ?? session.address ?? 'no address'}, seen{' '}
                        <RelativeTime at={session.lastSeenAt} />
                      </p>
                      <p className="text-xs">
                        <Assurance acr={session.acr} amr={session.amr} required={session.requiredAcr} />
                      </p>
                    </div>
                    <RevokeOne session={session} />
                  </li>
                ))}
              </ul>
              <RevokeAll person={person} sessions={items} more={sessions.hasNextPage} />
            </div>
          )
        }}
      </Answer>
    </Section>
  )
}
