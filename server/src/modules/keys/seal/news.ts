import { addSeconds } from '../../../platform/clock.ts'
import type { UnitOfWork } from '../../../platform/work.ts'
import type { SealDesk } from './desk.ts'
import type { RefusedAttempts } from './refusals.ts'

/** That somebody opened the seal of this replica, and who had tried in vain before. */
export interface SealNews {
  readonly kind: string
  readonly replica: string
  /** who gave the last share, or the passphrase; null when the replica found its means by itself */
  readonly address: string | null
  readonly at: Date
  readonly sealedSeconds: number
  readonly refusals: readonly RefusedAttempts[]
}

export interface NewsDeps {
  readonly desk: Pick<SealDesk, 'news'>
  readonly units: UnitOfWork
  readonly tenant: string
  readonly onError: (error: unknown) => void
}

const againMilliseconds = 2_000

/** Records what happened while nothing could be recorded; tried until it stands. @returns stops it */
export function recordSealNews({ desk, units, tenant, onError }: NewsDeps): () => void {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  async function record(news: SealNews, left: RefusedAttempts[] = [...news.refusals]): Promise<void> {
    const context = { tenant, actor: null, requestId: null }
    const source = (address: string | null) => ({ address, userAgent: null })
    try {
      for (let next = left[0]; next !== undefined; next = left[0]) {
        const { reason, address, count, first, last } = next
        await units.work({ ...context, source: source(address) }, (tx) =>
          tx.record({
            kind: 'seal.unseal_refused',
            outcome: 'refused',
            reason,
            resource: { type: 'Replica', id: news.replica },
            data: { count, first: first.toISOString(), last: last.toISOString() },
          }),
        )
        left.shift()
      }
      await units.work({ ...context, source: source(news.address) }, (tx) =>
        tx.record({
          kind: 'seal.unsealed',
          resource: { type: 'Replica', id: news.replica },
          data: {
            seal: news.kind,
            at: news.at.toISOString(),
            sealedSince: addSeconds(news.at, -news.sealedSeconds).toISOString(),
          },
        }),
      )
    } catch (error) {
      onError(error)
      if (!stopped) timer = setTimeout(() => void record(news, left), againMilliseconds)
    }
  }
  desk.news((news) => record(news))
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
