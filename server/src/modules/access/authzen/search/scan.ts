import { takingTurns } from '../../../../platform/turns.ts'

/** Candidates of one search that are decided in one page's turn; the next page goes on behind the last of them. */
export const mostCandidates = 20_000

/** After so many decisions everybody else has a turn, however little they cost. */
const atOnce = 200

export interface Scan {
  /** what may be found, in order and each once */
  readonly candidates: readonly string[]
  /** goes on behind this one, which may be gone; null begins */
  readonly after: string | null
  readonly limit: number
  /** decides one candidate exactly */
  readonly holds: (candidate: string) => boolean
  /** aborted when nobody waits for the answer any more */
  readonly signal: AbortSignal
}

export interface Page {
  readonly found: readonly string[]
  /** there is more behind this candidate (null: from the beginning), or there may be; undefined at the end */
  readonly next: string | null | undefined
}

/** One page of a search. It is only the last one when no candidate behind it holds, unless it may not look that far. */
export async function scan({ candidates, after, limit, holds, signal }: Scan): Promise<Page> {
  const found: string[] = []
  const start = after === null ? 0 : behind(candidates, after)
  const end = Math.min(candidates.length, start + mostCandidates)
  const turns = takingTurns(atOnce)
  let last = after
  for (let at = start; at < end; at++) {
    if (at > start && turns.due()) {
      if (turns.over()) return { found, next: last }
      await turns.give()
      signal.throwIfAborted()
    }
    const candidate = candidates[at]
    if (candidate === undefined) break
    if (holds(candidate)) {
      if (found.length >= limit) return { found, next: last }
      found.push(candidate)
    }
    last = candidate
  }
  return { found, next: end < candidates.length ? last : undefined }
}

/** The place of the first one behind, by bisection. */
function behind(candidates: readonly string[], after: string): number {
  let [low, high] = [0, candidates.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((candidates[middle] ?? '') <= after) low = middle + 1
    else high = middle
  }
  return low
}
