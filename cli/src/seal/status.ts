import { unless } from '../api/ensure.ts'
import type { Cli } from '../cli.ts'
import { facts, table } from '../output/table.ts'
import { when } from '../output/time.ts'
import type { SealDetails, SealStatus } from './types.ts'
import { progress, whatOpens } from './words.ts'

/** Whether it is sealed; to an operator also since when, how, and which replicas hold the root key. */
export async function status({ api, show }: Cli): Promise<void> {
  const seal = await api.get<SealStatus>('/seal')
  if (seal.sealed) {
    show(seal, () => `${facts({ sealed: true, kind: seal.kind, progress: progress(seal) })}\n${whatOpens(seal)}\n`)
    return
  }
  const details = await unless(401, unless(403, api.get<SealDetails>('/seal/details')))
  show({ ...seal, ...details }, () =>
    details === undefined ? facts({ sealed: false, kind: seal.kind }) : described(details),
  )
}

function described({ kind, since, shares, root, replicas, pending }: SealDetails): string {
  const shown = facts({
    sealed: false,
    kind: shares === null ? kind : `${kind}, any ${shares.threshold} of ${shares.total} shares`,
    since: when(since),
    'root key': `generation ${root.generation}, since ${when(root.since)}`,
    ...(pending !== null && {
      'not confirmed': `${pending.shares} shares were shown, confirm with ${pending.threshold} of them until ${when(pending.expiresAt)}`,
    }),
  })
  const columns = {
    replica: (replica: SealDetails['replicas'][number]) => replica.id,
    answering: (replica: SealDetails['replicas'][number]) => replica.answering,
    seen: (replica: SealDetails['replicas'][number]) => when(replica.seenAt),
  }
  return `${shown}\n${table(replicas, columns, 'No replica is unsealed.')}`
}
