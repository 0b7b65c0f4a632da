import { GENESIS, verifyChain, type ChainEntry, type ChainPoint } from '@holdfast/events'
import type { RememberedHead } from './heads.ts'

export interface LogReader {
  head(): Promise<ChainPoint>
  /** Entries that follow `after`, in order; empty at the end. */
  entries(after: number): Promise<readonly ChainEntry[]>
}

export type Verdict =
  | {
      readonly ok: true
      readonly seq: number
      readonly hash: string
      /** Hash after event 1; null while the log is empty. */
      readonly first: string | null
      readonly checked: number
      /** Entries whose event could not be seen, so that only their place in the chain was checked. */
      readonly unseen: number
    }
  | {
      readonly ok: false
      readonly code: 'log_broken' | 'log_truncated' | 'log_rewritten' | 'log_other'
      readonly seq: number
      readonly detail: string
    }

/**
 * Recomputes the chain from its beginning to the head that the server claims now, and compares it with what was verified
 * before: a truncated log lacks the remembered event, a rewritten one has another hash there.
 */
export async function verifyLog(log: LogReader, remembered: RememberedHead | undefined): Promise<Verdict> {
  const claimed = await log.head()
  let point: ChainPoint = { seq: 0, hash: GENESIS }
  let first: string | null = null
  let checked = 0
  let unseen = 0
  while (point.seq < claimed.seq) {
    const page = await log.entries(point.seq)
    const entries = page.filter((entry) => entry.seq <= claimed.seq)
    if (entries.length === 0) return truncated(point.seq + 1, `the server claims ${claimed.seq} events`)
    const result = verifyChain(entries, point)
    if (!result.ok) return { ok: false, code: 'log_broken', seq: result.seq, detail: result.message }
    first ??= entries[0]?.hash ?? null
    const differs = compared(entries, first, remembered)
    if (differs !== undefined) return differs
    checked += result.checked
    unseen += result.unseen
    point = { seq: result.seq, hash: result.hash }
  }
  if (point.hash !== claimed.hash) {
    return { ok: false, code: 'log_broken', seq: claimed.seq, detail: 'The head that the server claims is another.' }
  }
  if (remembered !== undefined && point.seq < remembered.seq) {
    return truncated(point.seq + 1, `${remembered.seq} were verified on ${remembered.verifiedAt}`)
  }
  return { ok: true, ...point, first, checked, unseen }
}

function truncated(seq: number, why: string): Verdict {
  return { ok: false, code: 'log_truncated', seq, detail: `The log ends before event ${seq}, but ${why}.` }
}

function compared(
  entries: readonly ChainEntry[],
  first: string | null,
  remembered: RememberedHead | undefined,
): Verdict | undefined {
  if (remembered === undefined) return undefined
  if (first !== remembered.first) {
    const detail = 'This is not the log that was verified here before: it differs from its first event on.'
    return { ok: false, code: 'log_other', seq: 1, detail }
  }
  const same = entries.find((entry) => entry.seq === remembered.seq)
  if (same === undefined || same.hash === remembered.hash) return undefined
  const detail = `The log was rewritten: event ${same.seq} or one before it is not what was verified on ${remembered.verifiedAt}.`
  return { ok: false, code: 'log_rewritten', seq: same.seq, detail }
}
