import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from '../../api/client.ts'
import { Failure } from '../../failure.ts'
import type { LoadLedger } from './ledger.ts'

export interface WriteOptions {
  /** Events a second; undefined: as fast as answers come. */
  readonly rate: number | undefined
  readonly concurrency: number
  readonly seconds: number
  /** Events in one request. */
  readonly batch: number
  readonly application: string | undefined
}

interface Recorded {
  readonly events: readonly { readonly id: string }[]
}

/**
 * Writes events over several connections. With a rate, each request has its time whether the one before was answered or not, and its latency
 * counts from then: a server that stalls is seen to stall.
 * @returns how long it wrote, in milliseconds
 */
export async function writeLoad(api: Api, ledger: LoadLedger, options: WriteOptions): Promise<number> {
  const { rate, concurrency, seconds, batch, application } = options
  const began = performance.now()
  const end = began + seconds * 1000
  const interval = rate === undefined ? 0 : (batch / rate) * 1000
  let sent = 0

  async function worker(): Promise<void> {
    for (;;) {
      const number = sent++
      const due = interval === 0 ? performance.now() : began + number * interval
      if (due >= end) return
      if (due > performance.now()) await sleep(due - performance.now())
      const events = Array.from({ length: batch }, (_, at) => ({
        kind: 'load.test',
        ...(application !== undefined && { application }),
        data: { request: number, event: at },
      }))
      try {
        const answer = await api.post<Recorded>('/events', { events })
        const ids = answer.events.map(({ id }) => id)
        ledger.acknowledge(ids, due, performance.now())
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        ledger.refuse(error.parts.code, batch)
        // Whoever is refused at once would otherwise ask a thousand times a second.
        await sleep(100)
      }
    }
  }

  await Promise.all(Array.from({ length: concurrency }, worker))
  return performance.now() - began
}
