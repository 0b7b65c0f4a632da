import { getRouteApi } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import type { Event } from '../../api/types.ts'
import { isFiltered, withFilter } from '../../lib/event-filters.ts'
import { count } from '../../lib/words.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Loading } from '../../ui/loading.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Page } from '../../ui/page.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { EventPanel } from './event-panel.tsx'
import { FilterBar } from './filter-bar.tsx'
import { LiveState } from './live-state.tsx'
import { OutcomeStatus } from './outcome.tsx'
import { useEventFeed } from './use-event-feed.ts'

const route = getRouteApi('/events/{-$id}')

const columns: readonly Column<Event>[] = [
  { id: 'time', header: 'Time', cell: (event) => <RelativeTime at={event.time} />, className: 'text-muted' },
  {
    id: 'kind',
    header: 'Kind',
    cell: (event) => (
      <>
        <span className="font-mono text-xs whitespace-nowrap">{event.kind}</span>
        <span className="block text-xs break-words text-muted @2xl:hidden">
          {event.actor?.name ?? event.actor?.type ?? ''}
        </span>
      </>
    ),
  },
  { id: 'outcome', header: 'Outcome', cell: (event) => <OutcomeStatus outcome={event.outcome} /> },
  { id: 'actor', header: 'Actor', cell: (event) => <ActorName event={event} />, from: 'md' },
  { id: 'resource', header: 'Resource', cell: (event) => <ResourceName event={event} />, from: 'lg' },
  {
    id: 'application',
    header: 'Application',
    cell: (event) => event.application ?? <span className="text-muted">–</span>,
    from: 'lg',
  },
  {
    id: 'reason',
    header: 'Reason',
    cell: (event) => <span className="font-mono text-xs whitespace-nowrap">{event.reason ?? ''}</span>,
    from: 'md',
  },
]

export function EventsPage(): ReactElement {
  const { id } = route.useParams()
  const filters = route.useSearch()
  const navigate = route.useNavigate()
  const { feed, state, error, pause, resume, loadOlder, loadingOlder } = useEventFeed(filters)
  const [openedAt] = useState(() => new Date().toISOString())
  const open = (next: string | undefined) => void navigate({ params: { id: next }, search: true })

  return (
    <Page
      title="Events"
      actions={
        <>
          <LiveState state={state} paused={feed.paused} />
          <Button icon={feed.paused ? 'play' : 'pause'} onClick={feed.paused ? resume : pause}>
            {feed.paused ? (feed.held.length === 0 ? 'Resume' : `Resume, ${feed.held.length} new`) : 'Pause'}
          </Button>
        </>
      }
      toolbar={
        <FilterBar
          filters={filters}
          events={feed.events}
          onChange={(name, value) =>
            void navigate({ params: true, search: withFilter(filters, name, value), replace: true })
          }
          onClear={() => void navigate({ params: true, search: {} })}
        />
      }
      panel={
        id === undefined ? null : (
          <EventPanel
            key={id}
            id={id}
            known={feed.events.find((event) => event.id === id)}
            onFilter={(name, value) => void navigate({ params: true, search: withFilter(filters, name, value) })}
            onClose={() => open(undefined)}
          />
        )
      }
    >
      <p aria-live="polite" className="sr-only">
        {feed.announcement}
      </p>
      {error === null ? null : (
        <div className="px-4 pb-2">
          <ErrorNote error={error} />
        </div>
      )}
      {feed.events.length === 0 ? (
        state === 'opening' ? (
          <Loading />
        ) : isFiltered(filters) ? (
          <EmptyState title="No event matches">Events that match appear here as they are recorded.</EmptyState>
        ) : (
          <EmptyState title="No events yet" command={`curl -i ${location.origin}/api/v1/me`}>
            Whatever is done or refused is recorded here as it happens. Try it: a call without a credential is refused.
          </EmptyState>
        )
      ) : (
        <DataTable
          label="Events"
          columns={columns}
          rows={feed.events}
          rowId={(event) => event.id}
          selected={id}
          onOpen={(event) => open(event.id)}
          rowClass={(event) => (event.time > openedAt ? 'arrived' : '')}
          footer={
            <LoadMore
              shown={feed.events.length}
              hasNextPage={feed.older !== null}
              isFetchingNextPage={loadingOlder}
              fetchNextPage={loadOlder}
              what={['event', 'events']}
              note={feed.held.length === 0 ? '' : `, ${count(feed.held.length, 'new one')} held back`}
            />
          }
        />
      )}
    </Page>
  )
}

function ActorName({ event }: { event: Event }): ReactElement {
  if (event.actor === null) return <span className="text-muted">nobody</span>
  const { name, type, id } = event.actor
  return (
    <span title={`${type}::"${id}"`}>
      {name ?? type} {name === undefined ? <span className="font-mono text-xs text-muted">…{id.slice(-8)}</span> : null}
    </span>
  )
}

function ResourceName({ event }: { event: Event }): ReactElement {
  if (event.resource === null) return <span className="text-muted">–</span>
  const { type, id } = event.resource
  return (
    <span title={`${type}::"${id}"`} className="whitespace-nowrap">
      {type} <span className="font-mono text-xs text-muted">{id.length > 24 ? `…${id.slice(-8)}` : id}</span>
    </span>
  )
}
