import { type Budget, createBudget, createTally, differenceOf, type Difference, type Tally } from '@holdfast/bundle'
import { type Explanation, explain, type PolicySet } from '@holdfast/policy'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../../platform/clock.ts'
import type { Random } from '../../../platform/random.ts'
import type { UnitOfWork } from '../../../platform/work.ts'
import type { Telemetry } from '../../ledger/index.ts'
import { eventOf, loggedDecision } from '../decision-log/note.ts'
import type { SeenDecision } from '../decision-log/types.ts'
import { withFittingLinks } from './set.ts'
import { takeCompared } from './take.ts'

export interface CompareDeps {
  readonly units: UnitOfWork
  readonly telemetry: Pick<Telemetry, 'add'>
  readonly clock: Clock
  readonly random: Random
  readonly onError: (error: unknown) => void
  /** milliseconds of a clock that only goes forward, with fractions */
  readonly tick?: () => number
}

/** A candidate that is ready to decide; `set` is null where it cannot be compiled. */
export interface ReadyCandidate {
  readonly id: string
  readonly set: PolicySet | null
}

/** Asks candidates what they would have said, and counts where it is something else. Throws nothing. */
export interface Comparison {
  compare(seen: SeenDecision, candidate: ReadyCandidate): void
  /** Writes what was counted. */
  close(): Promise<void>
}

/** Milliseconds for which what is counted waits for more. */
const every = 2_000
/** Of the time that goes by, at most so much is spent on one application's candidate; and so many milliseconds at once. */
const share = 0.05
const mostAtOnce = 200
const options = { onError: 'deny' } as const

interface Counting {
  readonly tenant: string
  readonly application: string
  readonly candidate: string
  readonly tally: Tally
  readonly budget: Budget
}

export function createComparison(deps: CompareDeps): Comparison {
  const { units, telemetry, clock, random, onError, tick = () => performance.now() } = deps
  const counting = new LRUCache<string, Counting>({ max: 500, dispose: (one) => void report(one).catch(onError) })
  let timer: NodeJS.Timeout | undefined

  function countingOf({ tx, application }: SeenDecision, { id }: ReadyCandidate): Counting {
    const tenant = tx.tenant ?? ''
    const key = `${tenant} ${application} ${id}`
    const known = counting.get(key)
    if (known !== undefined) return known
    const made = {
      tenant,
      application,
      candidate: id,
      tally: createTally(id),
      budget: createBudget(share, mostAtOnce, tick),
    }
    counting.set(key, made)
    return made
  }

  async function report({ tenant, application, tally }: Counting): Promise<void> {
    const counted = tally.take()
    if (counted === null) return
    const nobody = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
    await units.work(nobody, async (tx) => {
      await tx.record({ kind: 'decision.compared', application, data: { ...counted } })
      await takeCompared(tx, application, counted, clock.now())
    })
  }

  async function reportAll(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    for (const one of counting.values()) await report(one).catch(onError)
  }

  function sample(seen: SeenDecision, { id }: ReadyCandidate, kind: string, other: Explanation): string {
    const { decision, reasons, errors, text } = other
    const stamp = { id: random.id(), time: clock.now() }
    const candidate = {
      id,
      decision,
      policies: reasons.slice(0, 10),
      errors: errors.slice(0, 3).map(({ policy, message }) => ({ policy, message: message.slice(0, 300) })),
    }
    const explained = { ...seen, decided: { ...seen.decided, text, nearest: other.nearest } }
    const data = { ...loggedDecision(explained, true), candidate }
    telemetry.add(
      eventOf(seen, { kind: 'decision.differed', outcome: 'success', reason: kind, data }, stamp),
      seen.tx.tenant ?? null,
    )
    return stamp.id
  }

  function ask(seen: SeenDecision, candidate: ReadyCandidate): void {
    const { tally, budget } = countingOf(seen, candidate)
    timer ??= setTimeout(() => void reportAll(), every).unref()
    if (!budget.has()) return tally.skipped()
    const began = tick()
    const { broken, ...other } = decideBy(candidate, seen)
    budget.spend(tick() - began)
    tally.compared()
    const kind = broken ? 'broken' : differenceOf(seen.decided, other)
    if (kind === null) return
    const difference: Difference = {
      kind,
      action: seen.request.action.id,
      live: seen.decided.reasons,
      candidate: other.reasons,
    }
    tally.differed(difference, () => sample(seen, candidate, kind, other))
  }

  return {
    compare: (seen, candidate) => {
      try {
        ask(seen, candidate)
      } catch (error) {
        onError(error)
      }
    },
    close: reportAll,
  }
}

function decideBy({ set }: ReadyCandidate, seen: SeenDecision): Explanation & { readonly broken: boolean } {
  if (set === null) return brokenBy(new Error('The candidate cannot be compiled.'))
  try {
    return { ...explain(withFittingLinks(set, seen.links), seen.request, seen.entities, options), broken: false }
  } catch (error) {
    return brokenBy(error)
  }
}

function brokenBy(error: unknown): Explanation & { readonly broken: true } {
  const message = error instanceof Error ? error.message : String(error)
  return {
    decision: 'deny',
    reasons: [],
    errors: [{ policy: '', message }],
    text: message,
    nearest: null,
    broken: true,
  }
}
