import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { api } from '../../api/index.ts'
import type { Event } from '../../api/types.ts'
import { CopyId } from '../../ui/copy.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'

/** The place of an event in the hash chain: its number, its own leaf, and the hash that closes the chain over it. */
export function LedgerProof({ event: { id, seq } }: { event: Event }): ReactElement {
  const link = useQuery({
    queryKey: ['ledger', seq],
    queryFn: async () => (await api.chain((seq ?? 1) - 1, 1)).items.find((item) => item.id === id) ?? null,
    enabled: seq !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (seq === null) return <p className="text-muted">Recorded; the sequencer has not numbered it yet.</p>
  return (
    <Answer query={link}>
      {(found) =>
        found === null ? (
          <p className="text-bad">The chain has another event at number {seq}.</p>
        ) : (
          <Facts
            items={[
              [
                'Number',
                <span key="seq" className="tabular-nums">
                  {seq.toLocaleString('en-GB')}
                </span>,
              ],
              ['Leaf', <CopyId key="leaf" id={found.leaf} />],
              ['Chain hash', <CopyId key="hash" id={found.hash} />],
            ]}
          />
        )
      }
    </Answer>
  )
}
