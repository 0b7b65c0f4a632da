import type { Clock } from '../../../platform/clock.ts'
import type { WriteObserver, WriteTrouble } from '../../../platform/database/database.ts'

/** A time in which nothing could be written. Every change in it was refused. */
export interface Outage {
  readonly reason: WriteTrouble
  readonly from: Date
  /** tries to write that failed in this process: refused changes, and its own work behind them */
  readonly refused: number
}

export interface OutageWatch extends WriteObserver {
  /** the outage that lasts; null while all is well */
  current(): Outage | null
  /** failed tries since the start of the process, by reason */
  counts(): Readonly<Record<WriteTrouble, number>>
  stop(): void
}

export interface OutageDeps {
  readonly clock: Clock
  /** Writes the event `ledger.outage`: that it can be written is what ends the outage. */
  readonly record: (outage: Outage & { readonly to: Date }) => Promise<void>
  /** milliseconds between two tries; 2 s when not said */
  readonly pause?: number
}

/**
 * Notices that nothing can be written, and that it can again. Nothing is lost in between, since what is not written is
 * refused; but that there was such a time is itself something that the log must say.
 */
export function createOutageWatch({ clock, record, pause = 2_000 }: OutageDeps): OutageWatch {
  const counts: Record<WriteTrouble, number> = { storage_full: 0, database_unavailable: 0 }
  let outage: Outage | null = null
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  async function probe(): Promise<void> {
    const tried = outage
    if (tried === null) return
    try {
      await record({ ...tried, to: clock.now() })
      outage = null
    } catch {
      plan()
    }
  }

  function plan(): void {
    if (!stopped) timer = setTimeout(() => void probe(), pause).unref()
  }

  return {
    refused(reason) {
      counts[reason] += 1
      if (outage === null) {
        outage = { reason, from: clock.now(), refused: 1 }
        plan()
        return
      }
      // A server that ran out of space often ends: what it was in the beginning is the better reason.
      const worse = outage.reason === 'storage_full' ? outage.reason : reason
      outage = { ...outage, reason: worse, refused: outage.refused + 1 }
    },
    current: () => outage,
    counts: () => ({ ...counts }),
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
