import { type EdgeDescription, SYNC_WAIT, TokenError } from '@holdfast/bundle'
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

const BACKOFF = { base: 200, most: 3_000 }
/** Least time between two answers without news: a server that does not wait is not asked in a tight loop. */
const QUIET = 250

/** The poll that is open, and whether somebody cannot wait for its end. */
interface Open {
  hurry: boolean
  poll: AbortController
}

/**
 * Keeps the bundle, the lease and the revocation feed fresh until the signal is given.
 * @returns `first` when the first attempt has ended, well or not; `done` when the loop has; `hurry` to ask at once, and not when the
 *   poll that is open ends
 */
export function startSync<B extends AnyBundle>(options: SyncOptions<B>, signal: AbortSignal) {
  const { promise: first, resolve: firstEnded } = Promise.withResolvers<void>()
  const open: Open = { hurry: false, poll: new AbortController() }
  return {
    first,
    done: loop(options, signal, open, firstEnded).finally(firstEnded),
    hurry: () => {
      if (open.hurry) return
      open.hurry = true
      open.poll.abort()
    },
  }
}

async function loop<B extends AnyBundle>(
  options: SyncOptions<B>,
  signal: AbortSignal,
  open: Open,
  firstEnded: () => void,
) {
  const { clock, random, onProblem } = options.surroundings
  let cursor = 0
  let failures = 0
  let lastProblem = ''
  while (!signal.aborted) {
    const started = clock.now()
    open.poll = new AbortController()
    // The first answer is wanted at once, and so is the first after a lapse or a failure.
    const atOnce = open.hurry || failures > 0 || options.holder.current() === null
    open.hurry = false
    try {
      const waitSeconds = atOnce ? 0 : SYNC_WAIT
      const answer = await once(options, cursor, waitSeconds, AbortSignal.any([signal, open.poll.signal]))
      cursor = answer.cursor
      failures = 0
      lastProblem = ''
      firstEnded()
      const elapsed = clock.now() - started
      if (!answer.news && elapsed < QUIET) await sleep(clock, QUIET - elapsed, signal)
    } catch (error) {
      if (signal.aborted) return
      if (open.poll.signal.aborted) continue
      const problem = describe(error)
      if (problem.message !== lastProblem) onProblem(problem)
      lastProblem = problem.message
      firstEnded()
      await sleep(clock, backoff(failures, BACKOFF, random), signal)
      failures += 1
    }
  }
}

async function once<B extends AnyBundle>(
  options: SyncOptions<B>,
  cursor: number,
  waitSeconds: number,
  signal: AbortSignal,
) {
  const { api, holder, revocations, application, edge, onSynced, surroundings } = options
  const epoch = holder.epoch
  const asked = { at: surroundings.clock.monotonic(), waitSeconds }
  // What is held now is thereby acknowledged: everything of the last answer has been taken over before.
  const request = { ...(application !== null && { application }), epoch, cursor, waitSeconds, edge }
  const answer = await api.sync(request, signal)
  // The feed first: what is revoked is revoked, whatever else is wrong with the answer.
  for (const { session, acr } of answer.revoked) {
    if (acr === undefined) revocations.add(session)
    else revocations.raise(session, acr)
  }
  holder.accept(answer, asked)
  onSynced({ bundle: holder.epoch !== epoch, feedReset: answer.cursor < cursor })
  return { cursor: answer.cursor, news: answer.bundle !== null || answer.revoked.length > 0 }
}

function describe(error: unknown): Error {
  if (error instanceof EdgeError) return error
  if (error instanceof TokenError)
    return new Error(`The control plane's answer is not signed as it must be (${error.code}): ${error.message}`)
  return error instanceof Error ? error : new Error(String(error))
}
