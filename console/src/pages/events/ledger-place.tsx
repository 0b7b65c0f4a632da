import type { ReactElement } from 'react'
import type { EventWithPlace } from '../../api/types.ts'
import { CopyId } from '../../ui/copy.tsx'
import { Facts } from '../../ui/facts.tsx'

/** The place of an event in the hash chain: its number, its own leaf, the hash before it and the one that closes the chain over it. */
export function LedgerPlace({ event: { seq, leaf, hash, previous } }: { event: EventWithPlace }): ReactElement {
  if (seq === null) return <p className="text-muted">Recorded; the sequencer has not numbered it yet.</p>
  return (
    <Facts
      items={[
        [
          'Number',
          <span key="seq" className="tabular-nums">
            {seq.toLocaleString('en-GB')}
          </span>,
        ],
        ['Leaf', leaf === null ? '–' : <CopyId key="leaf" id={leaf} />],
        ['Hash before', previous === null ? '–' : <CopyId key="previous" id={previous} />],
        ['Hash', hash === null ? '–' : <CopyId key="hash" id={hash} />],
      ]}
    />
  )
}
