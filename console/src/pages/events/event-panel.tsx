import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { api } from '../../api/index.ts'
import type { Event, EventWithPlace, Uid } from '../../api/types.ts'
import type { EventFilters } from '../../lib/event-filters.ts'
import { absoluteTime } from '../../lib/time.ts'
import { Button } from '../../ui/button.tsx'
import { CopyId, CopyLine } from '../../ui/copy.tsx'
import { DetailPanel, PanelBody } from '../../ui/detail-panel.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { LedgerPlace } from './ledger-place.tsx'
import { OutcomeStatus } from './outcome.tsx'

interface EventPanelProps {
  readonly id: string
  /** The copy that the list has: shown while the whole is fetched. */
  readonly known: Event | undefined
  readonly onFilter: (name: keyof EventFilters, value: string) => void
  readonly onClose: () => void
}

/** One event as evidence: everything that was recorded, and its place in the ledger. */
export function EventPanel({ id, known, onFilter, onClose }: EventPanelProps): ReactElement {
  const event = useQuery({
    queryKey: ['events', id],
    queryFn: async () => await api.event(id),
    ...(known === undefined ? {} : { placeholderData: { ...known, leaf: null, hash: null, previous: null } }),
    // Recorded but not yet numbered: the sequencer is a moment behind.
    refetchInterval: (query) => (query.state.data?.seq === null ? 1000 : false),
  })
  return (
    <DetailPanel
      title={<span className="font-mono">{event.data?.kind ?? 'Event'}</span>}
      subtitle={event.data === undefined ? null : <OutcomeStatus outcome={event.data.outcome} />}
      onClose={onClose}
    >
      <Answer query={event}>{(found) => <Evidence event={found} onFilter={onFilter} />}</Answer>
    </DetailPanel>
  )
}

function Evidence({ event, onFilter }: { event: EventWithPlace; onFilter: EventPanelProps['onFilter'] }): ReactElement {
  const { actor, resource, source } = event
  return (
    <>
      <PanelBody>
        <Facts
          items={[
            [
              'Time',
              <span key="time">
                <RelativeTime at={event.time} />, <span className="text-muted">{absoluteTime(event.time)}</span>
              </span>,
            ],
            ['Event', <CopyId key="id" id={event.id} />],
            ['Reason', event.reason === null ? 'none' : <CopyId key="reason" id={event.reason} />],
            ['Actor', actor === null ? 'nobody' : <Principal key="actor" uid={actor} name={actor.name} />],
            [
              'Resource',
              resource === null ? 'none' : <CopyId key="resource" id={`${resource.type}::"${resource.id}"`} />,
            ],
            ['Application', event.application ?? 'none'],
            ['Request', event.requestId === null ? 'none' : <CopyId key="request" id={event.requestId} />],
            ['Address', source.address === null ? 'unknown' : <CopyId key="address" id={source.address} />],
            [
              'User agent',
              <span key="agent" className="text-xs wrap-anywhere text-muted">
                {source.userAgent ?? 'none sent'}
              </span>,
            ],
          ]}
        />
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => onFilter('kind', event.kind)}>Only this kind</Button>
          {actor === null ? null : <Button onClick={() => onFilter('actor', actor.id)}>Only this actor</Button>}
        </div>
      </PanelBody>
      <Section title="Data">
        {Object.keys(event.data).length === 0 ? (
          <p className="text-muted">Nothing more was recorded.</p>
        ) : (
          <CopyLine text={JSON.stringify(event.data, null, 2)} />
        )}
      </Section>
      <Section title="Ledger">
        <LedgerPlace event={event} />
      </Section>
    </>
  )
}

function Principal({ uid, name }: { uid: Uid; name: string | undefined }): ReactNode {
  return (
    <>
      {name === undefined ? null : uid.type === 'Person' ? (
        <Link to="/people/{-$id}" params={{ id: uid.id }} className="text-accent hover:underline">
          {name}
        </Link>
      ) : (
        name
      )}
      <span className="block">
        <CopyId id={`${uid.type}::"${uid.id}"`} />
      </span>
    </>
  )
}
