import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { Event, EventInFull, Uid } from '../../api/types.ts'
import { type FilterName, prefixOf } from '../../lib/event-filters.ts'
import { absoluteTime } from '../../lib/time.ts'
import { count } from '../../lib/words.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { CopyId, CopyLine } from '../../ui/copy.tsx'
import { PanelBody } from '../../ui/detail-panel.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { ERASED, Said } from './erased.tsx'

interface EventFactsProps {
  readonly event: Event
  /** Undefined while only the list's copy is there. */
  readonly whole: EventInFull | undefined
  readonly onFilter: (name: FilterName, value: string) => void
}

/** The compact view of an event. */
export function EventFacts({ event, whole, onFilter }: EventFactsProps): ReactElement {
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
            ['Number', event.seq === null ? 'not placed yet' : event.seq.toLocaleString('en-GB')],
            ['Class', whole === undefined ? '' : <ClassOf key="class" document={whole.ocsf} />],
            ['Reason', event.reason === null ? 'none' : <CopyId key="reason" id={event.reason} />],
            ['Actor', actor === null ? 'nobody' : <Principal key="actor" uid={actor} name={actor.name} />],
            [
              'Target',
              resource === null ? 'none' : <CopyId key="resource" id={`${resource.type}::"${resource.id}"`} />,
            ],
            ['Application', event.application ?? 'none'],
            ['Request', event.requestId === null ? 'none' : <CopyId key="request" id={event.requestId} />],
            ['Address', <Value key="address" text={source.address} none="unknown" copies />],
            [
              'User agent',
              <span key="agent" className="text-xs wrap-anywhere text-muted">
                <Value text={source.userAgent} none="none sent" />
              </span>,
            ],
          ]}
        />
        <Evidence event={event} />
        <Narrow event={event} onFilter={onFilter} />
      </PanelBody>
      <Section title="Data">
        {Object.keys(event.data).length === 0 ? (
          <p className="text-muted">Nothing more was recorded.</p>
        ) : (
          <CopyLine text={JSON.stringify(event.data, null, 2)} />
        )}
      </Section>
      {whole === undefined || whole.erased.length === 0 ? null : (
        <Section title="Erased">
          <p className="text-muted">
            {`${count(whole.erased.length, 'value')} of this event ${whole.erased.length === 1 ? 'was' : 'were'} somebody’s who was erased. Their key is destroyed; the event, its place and its proof stand.`}
          </p>
          <ul className="mt-2 font-mono text-xs break-all">
            {whole.erased.map((pointer) => (
              <li key={pointer}>{pointer}</li>
            ))}
          </ul>
        </Section>
      )}
    </>
  )
}

/** What a gateway found in a request has a page of its own. */
function Evidence({ event: { id, kind, application } }: Pick<EventFactsProps, 'event'>): ReactElement | null {
  if (application === null || (kind !== 'request.blocked' && kind !== 'request.reported')) return null
  return (
    <Link
      to="/protection/blocked/{-$app}/{-$id}"
      params={{ app: application, id }}
      className={`${buttonClass()} self-start`}
    >
      Evidence and exception
    </Link>
  )
}

function Narrow({ event, onFilter }: Pick<EventFactsProps, 'event' | 'onFilter'>): ReactElement {
  const { actor, resource, source } = event
  const prefix = prefixOf(event.kind)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="text-xs text-muted">Show only</span>
      <Button onClick={() => onFilter('kind', event.kind)}>this kind</Button>
      {prefix === null ? null : <Button onClick={() => onFilter('kind', prefix)}>{prefix}</Button>}
      {actor === null ? null : <Button onClick={() => onFilter('actor', actor.id)}>this actor</Button>}
      {resource === null ? null : <Button onClick={() => onFilter('target', resource.id)}>this target</Button>}
      {source.address === null || source.address === ERASED ? null : (
        <Button onClick={() => onFilter('address', source.address ?? '')}>this address</Button>
      )}
      {event.requestId === null ? null : (
        <Button onClick={() => onFilter('requestId', event.requestId ?? '')}>this request</Button>
      )}
    </div>
  )
}

function ClassOf({ document }: { document: EventInFull['ocsf'] }): ReactElement {
  const { class_name: name, activity_name: activity, severity } = document
  return <>{[name, activity, severity].filter((each) => typeof each === 'string').join(', ')}</>
}

function Value({ text, none, copies = false }: { text: string | null; none: string; copies?: boolean }): ReactElement {
  if (text === null) return <>{none}</>
  return copies && text !== ERASED ? <CopyId id={text} /> : <Said text={text} />
}

function Principal({ uid, name }: { uid: Uid; name: string | undefined }): ReactNode {
  return (
    <>
      {name === undefined ? null : uid.type === 'Person' && name !== ERASED ? (
        <Link to="/people/{-$id}" params={{ id: uid.id }} className="text-accent hover:underline">
          {name}
        </Link>
      ) : (
        <Said text={name} />
      )}
      <span className="block">
        <CopyId id={`${uid.type}::"${uid.id}"`} />
      </span>
    </>
  )
}
