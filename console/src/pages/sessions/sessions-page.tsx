import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { personQuery, sessionsQuery } from '../../api/queries.ts'
import type { Session } from '../../api/types.ts'
import { deviceOf } from '../../lib/words.ts'
import { Assurance } from '../../ui/assurance.tsx'
import { Tag } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { timeColumn } from '../../ui/columns.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Page } from '../../ui/page.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useMayHere } from '../../ui/use-may.ts'
import { EndEverySession } from './end-every.tsx'
import { PersonPicker } from './person-picker.tsx'
import { RevokeAll } from './revoke.tsx'
import { SessionPanel } from './session-panel.tsx'

const route = getRouteApi('/sessions/{-$id}')

const columns: readonly Column<Session>[] = [
  {
    id: 'person',
    header: 'Person',
    value: (session) => session.person.name,
    cell: (session) => (
      <span className="inline-flex flex-wrap items-center gap-x-2">
        <span className="font-medium">{session.person.name}</span>
        {session.current ? <Tag>this session</Tag> : null}
      </span>
    ),
  },
  {
    id: 'kind',
    header: 'Where',
    value: (session) => session.application ?? '',
    cell: (session) => (session.kind === 'sign-in' ? 'Sign-in' : session.application),
  },
  {
    id: 'device',
    header: 'Device',
    value: deviceOf,
    cell: deviceOf,
    from: 'lg',
  },
  {
    id: 'acr',
    header: 'Has shown',
    value: (session) => session.acr,
    cell: (session) => <Assurance acr={session.acr} amr={session.amr} required={session.requiredAcr} short />,
    from: 'sm',
  },
  {
    id: 'address',
    header: 'Address',
    value: (session) => session.address,
    cell: (session) => <span className="font-mono text-xs">{session.address ?? '–'}</span>,
    from: 'md',
  },
  timeColumn('started', 'Started', (session) => session.startedAt, 'lg'),
  timeColumn('seen', 'Last seen', (session) => session.lastSeenAt),
  timeColumn('expires', 'Expires', (session) => session.expiresAt, 'md'),
]

export function SessionsPage(): ReactElement {
  const { id } = route.useParams()
  const { person } = route.useSearch()
  const navigate = route.useNavigate()
  const may = useMayHere()
  const sessions = useInfiniteQuery(sessionsQuery(person))
  const who = useQuery({ ...personQuery(person ?? ''), enabled: person !== undefined })
  const open = (next: string | undefined) => void navigate({ params: { id: next }, search: true })
  const filter = (next: string | undefined) =>
    void navigate({ params: { id: undefined }, search: next === undefined ? {} : { person: next } })
  const rows = sessions.data?.pages.flatMap((page) => page.items) ?? []
  const chosen = rows.find((session) => session.id === id)

  return (
    <Page
      title="Sessions"
      toolbar={
        person === undefined ? (
          <>
            <PersonPicker onPick={filter} />
            {may('revokeEverySession') ? <EndEverySession /> : null}
          </>
        ) : (
          <>
            <Button icon="cross" onClick={() => filter(undefined)} aria-label="Show the sessions of everybody">
              {who.data?.name ?? person}
            </Button>
            {who.data === undefined || rows.length === 0 ? null : (
              <RevokeAll person={who.data} sessions={rows} more={sessions.hasNextPage} />
            )}
          </>
        )
      }
      panel={
        id === undefined ? null : (
          <SessionPanel key={id} session={chosen} loading={sessions.isPending} onClose={() => open(undefined)} />
        )
      }
    >
      <Answer query={sessions}>
        {() =>
          rows.length === 0 ? (
            <EmptyState
              title={person === undefined ? 'No live sessions' : `${who.data?.name ?? 'This person'} is not signed in`}
            >
              A session begins when a person signs in, here or at a guarded application, and is listed until it ends.
            </EmptyState>
          ) : (
            <DataTable
              label="Sessions"
              columns={columns}
              rows={rows}
              rowId={(session) => session.id}
              selected={id}
              onOpen={(session) => open(session.id)}
              footer={<LoadMore {...sessions} shown={rows.length} what={['live session', 'live sessions']} />}
            />
          )
        }
      </Answer>
    </Page>
  )
}
