import { type ReactElement, useMemo } from 'react'
import type { Event } from '../../api/types.ts'
import { type Feed, waiting } from '../../lib/event-feed.ts'
import { type EventFilters, usualDays } from '../../lib/event-filters.ts'
import { absoluteTime } from '../../lib/time.ts'
import { Button } from '../../ui/button.tsx'
import { LoadMore } from '../../ui/load-more.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { type Column, DataTable } from '../../ui/table.tsx'
import { useNameOf } from '../../ui/use-name-of.ts'
import { ERASED, Said } from './erased.tsx'
import { OutcomeStatus } from './outcome.tsx'

function columnsFor(nameOf: (id: string) => string | undefined): readonly Column<Event>[] {
  return [
    { id: 'time', header: 'Time', cell: (event) => <RelativeTime at={event.time} />, className: 'text-muted' },
    {
      id: 'kind',
      header: 'Kind',
      cell: (event) => (
        <>
          <span className="font-mono text-xs wrap-anywhere @2xl:whitespace-nowrap">{event.kind}</span>
          <span className="block text-xs break-words text-muted @2xl:hidden">
            {event.actor === null ? null : <ActorName event={event} nameOf={nameOf} />}
          </span>
          <span className="block font-mono text-xs wrap-anywhere text-muted @5xl:hidden">{event.reason}</span>
        </>
      ),
    },
    { id: 'outcome', header: 'Outcome', cell: (event) => <OutcomeStatus outcome={event.outcome} /> },
    { id: 'actor', header: 'Actor', cell: (event) => <ActorName event={event} nameOf={nameOf} />, from: 'md' },
    { id: 'resource', header: 'Target', cell: (event) => <TargetName event={event} />, from: 'lg' },
    {
      id: 'application',
      header: 'Application',
      cell: (event) => event.application ?? <span className="text-muted">–</span>,
      from: 'md',
    },
    {
      id: 'reason',
      header: 'Reason',
      cell: (event) => <span className="font-mono text-xs wrap-anywhere">{event.reason ?? ''}</span>,
      from: 'xl',
    },
  ]
}

interface EventTableProps {
  readonly feed: Feed
  readonly filters: EventFilters
  readonly selected: string | undefined
  /** The name of somebody who acted, where an event that is shown has it. */
  readonly nameOf: (id: string) => string | undefined
  readonly onOpen: (id: string) => void
  readonly loadOlder: () => Promise<void>
  readonly loadingOlder: boolean
  readonly onWiden: () => void
}

export function EventTable(props: EventTableProps): ReactElement {
  const { feed, filters, selected, nameOf, onOpen, loadOlder, loadingOlder, onWiden } = props
  const { events, older, complete } = feed
  const oldest = events.at(-1)
  return (
    <DataTable
      label="Events"
      columns={useMemo(() => columnsFor(nameOf), [nameOf])}
      rows={events}
      rowId={(event) => event.id}
      selected={selected}
      onOpen={(event) => onOpen(event.id)}
      rowClass={(event) => (feed.fresh.has(event.id) ? 'arrived' : '')}
      footer={
        <>
          {complete || older === null ? null : (
            <div className="px-4 pt-3">
              <Notice
                tone="warn"
                action={
                  <Button busy={loadingOlder} onClick={() => void loadOlder()}>
                    Search further
                  </Button>
                }
              >
                {`The search was ended when its time was over: what is older${oldest === undefined ? '' : ` than ${absoluteTime(oldest.time)}`} has not been looked at. A rarer word or a shorter time is answered whole.`}
              </Notice>
            </div>
          )}
          <LoadMore
            shown={events.length}
            hasNextPage={older !== null && complete}
            isFetchingNextPage={loadingOlder}
            fetchNextPage={loadOlder}
            what={['event', 'events']}
            note={feed.held.length === 0 ? '' : `, ${waiting(feed)} waiting`}
          />
          {older === null && filters.since === undefined ? (
            <div className="flex flex-wrap items-center gap-3 px-4 pb-4 text-xs text-muted">
              <span>{`The last ${usualDays} days were searched; what is older was not.`}</span>
              <Button onClick={onWiden}>Search everything that is kept</Button>
            </div>
          ) : null}
        </>
      }
    />
  )
}

interface ActorNameProps {
  readonly event: Event
  readonly nameOf: (id: string) => string | undefined
}

function ActorName({ event: { actor }, nameOf }: ActorNameProps): ReactElement {
  const name = useNameOf(actor?.type, actor?.id ?? '', actor?.name ?? nameOf(actor?.id ?? ''))
  if (actor === null) return <span className="text-muted">nobody</span>
  const { type, id } = actor
  return (
    <span title={`${type}::"${id}"`}>
      {name === undefined ? (
        <span className="whitespace-nowrap">
          {type} <span className="font-mono text-xs text-muted">…{id.slice(-8)}</span>
        </span>
      ) : (
        <>
          <Said text={name} />
          {name === ERASED ? <span className="font-mono text-xs text-muted"> …{id.slice(-8)}</span> : null}
        </>
      )}
    </span>
  )
}

function TargetName({ event }: { event: Event }): ReactElement {
  if (event.resource === null) return <span className="text-muted">–</span>
  const { type, id } = event.resource
  return (
    <span title={`${type}::"${id}"`} className="whitespace-nowrap">
      {type} <span className="font-mono text-xs text-muted">{id.length > 24 ? `…${id.slice(-8)}` : id}</span>
    </span>
  )
}
