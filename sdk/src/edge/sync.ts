import { type EdgeDescription, TokenError } from '@holdfast/bundle'
import { type EdgeApi, EdgeError } from './api.ts'
import type { AnyBundle, Holder } from './holder.ts'
import type { Revocations } from './revocations.ts'
import { backoff, sleep, type Surroundings } from './surroundings.ts'

export interface SyncOptions<B extends AnyBundle> {
  readonly api: EdgeApi
  readonly holder: Holder<B>
  readonly revocations: Revocations
  readonly application: string | null
  readonly edge: EdgeDescription
  readonly surroundings: Surroundings
  /** Called after an answer was taken over. */
  readonly onSynced: (change: { bundle: boolean; feedReset: boolean }) => void
}

/** Short against a lease of 15 s, so that one lost answer does not lapse it. */
const WAIT_SECONDS = 5
const BACKOFF = { base: 200, most: 3_000 }
/** Least time between two answers without news: a server that does not wait is not asked in a tight loop. */
const QUIET = 250

/**
 * Keeps the bundle, the lease and the revocation feed fresh until the signal is given.
 * @returns `first` when the first attempt has ended, well or not; `done` when the loop has
 */
export function startSync<B extends AnyBundle>(options: SyncOptions<B>, signal: AbortSignal) {
  const { promise: first, resolve: firstEnded } = Promise.withResolvers<void>()
  return { first, done: loop(options, signal, firstEnded).finally(firstEnded) }
}

async function loop<B extends AnyBundle>(options: SyncOptions<B>, signal: AbortSignal, firstEnded: () => void) {
  const { clock, random, onProblem } = options.surroundings
  let cursor = 0
  let failures = 0
  let lastProblem = ''
  while (!signal.aborted) {
    const started = clock.now()
    try {
      const answer = await once(options, cursor, signal)
      cursor = answer.cursor
      failures = 0
      lastProblem = ''
      firstEnded()
      const elapsed = clock.now() - started
      if (!answer.news && elapsed < QUIET) await sleep(clock, QUIET - elapsed, signal)
    } catch (error) {
      if (signal.aborted) return
      const problem = describe(error)
      if (problem.message !== lastProblem) onProblem(problem)
      lastProblem = problem.message
      firstEnded()
      await sleep(clock, backoff(failures, BACKOFF, random), signal)
      failures += 1
    }
  }
}

async function once<B extends AnyBundle>(options: SyncOptions<B>, cursor: number, signal: AbortSignal) {
  const { api, holder, revocations, application, edge, onSynced } = options
  const epoch = holder.epoch
  const answer = await api.sync(
    // The first answer is wanted at once, and so is the first after a lapse.
    {
      ...(application !== null && { application }),
      epoch,
      cursor,
      waitSeconds: holder.current() === null ? 0 : WAIT_SECONDS,
      edge,
    },
    signal,
  )
  // The feed first: what is revoked is revoked, whatever else is wrong with the answer.
  for (const { session } of answer.revoked) revocations.add(session)
  holder.accept(answer)
  onSynced({ bundle: holder.epoch !== epoch, feedReset: answer.cursor < cursor })
  return { cursor: answer.cursor, news: answer.bundle !== null || answer.revoked.length > 0 }
}

function describe(error: unknown): Error {
  if (error instanceof EdgeError) return error
  if (error instanceof TokenError)
    return new Error(`The control plane's answer is not signed as it must be (${error.code}): ${error.message}`)
  return error instanceof Error ? error : new Error(String(error))
}
