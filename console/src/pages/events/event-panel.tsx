import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { eventQuery } from '../../api/queries.ts'
import type { Event } from '../../api/types.ts'
import type { FilterName } from '../../lib/event-filters.ts'
import { CopyLine } from '../../ui/copy.tsx'
import { DetailPanel } from '../../ui/detail-panel.tsx'
import { JsonTree } from '../../ui/json-tree.tsx'
import { Answer, Loading } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { EventFacts } from './event-facts.tsx'
import { EventProof } from './event-proof.tsx'
import { OutcomeStatus } from './outcome.tsx'

interface EventPanelProps {
  readonly id: string
  readonly tab: string
  readonly onTab: (tab: string) => void
  /** The copy that the list has: shown while the whole is fetched. */
  readonly known: Event | undefined
  readonly onFilter: (name: FilterName, value: string) => void
  readonly onClose: () => void
}

/** One event as evidence: what was recorded, in short and in OCSF, and the proof that it is where it was. */
export function EventPanel({ id, tab, onTab, known, onFilter, onClose }: EventPanelProps): ReactElement {
  const event = useQuery({
    ...eventQuery(id),
    // Recorded but not yet placed: the sequencer is a moment behind.
    refetchInterval: (query) => (query.state.data?.place === null ? 1000 : false),
  })
  const shown = event.data?.event ?? known
  return (
    <DetailPanel
      title={<span className="font-mono">{shown?.kind ?? 'Event'}</span>}
      subtitle={shown === undefined ? null : <OutcomeStatus outcome={shown.outcome} />}
      onClose={onClose}
    >
      {event.data === undefined || event.data.problem === null ? null : (
        <div className="p-4 pb-0">
          <Problem problem={event.data.problem} />
        </div>
      )}
      <Tabs
        label="Event"
        value={tab}
        onChange={onTab}
        items={[
          {
            value: 'event',
            label: 'Event',
            content:
              shown !== undefined && event.data === undefined && event.error === null ? (
                <EventFacts event={shown} whole={undefined} onFilter={onFilter} />
              ) : (
                <Answer query={event}>
                  {(found) => <EventFacts event={found.event} whole={found} onFilter={onFilter} />}
                </Answer>
              ),
          },
          {
            value: 'ocsf',
            label: 'OCSF',
            content: (
              <Answer query={event}>
                {({ ocsf, erased }) => (
                  <div className="flex flex-col gap-4 p-4">
                    <JsonTree value={ocsf} erased={new Set(erased)} />
                    <details>
                      <summary className="cursor-pointer text-xs text-muted">As JSON, to copy</summary>
                      <div className="pt-2">
                        <CopyLine text={JSON.stringify(ocsf, null, 2)} />
                      </div>
                    </details>
                  </div>
                )}
              </Answer>
            ),
          },
          {
            value: 'proof',
            label: 'Proof',
            content: (
              <Answer query={event}>
                {(found) =>
                  found.place === null ? (
                    <>
                      <p className="px-4 pt-4 text-muted">Recorded; it gets its place in the log within a second.</p>
                      <Loading />
                    </>
                  ) : (
                    <EventProof found={found} />
                  )
                }
              </Answer>
            ),
          },
        ]}
      />
    </DetailPanel>
  )
}

function Problem({ problem }: { problem: 'changed' | 'key_destroyed' }): ReactElement {
  return problem === 'changed' ? (
    <Notice tone="bad">
      What is stored of this event was changed in the database and does not open any more. Only what its columns say is
      shown, and nothing vouches for that. Run the check of the log, and keep a copy of the database as it is.
    </Notice>
  ) : (
    <Notice tone="warn">
      The key of this event is destroyed: what it said can be read by nobody any more. Only what its columns say is
      shown; its place in the log stands.
    </Notice>
  )
}
