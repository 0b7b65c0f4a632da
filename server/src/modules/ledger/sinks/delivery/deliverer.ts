import { setTimeout as sleep } from 'node:timers/promises'
import type { WaitForNews } from '../../news.ts'
import { sinksChannel } from '../sink.ts'
import { anyActive, dropLease, type Leased, renewLeases, takeLeases } from '../store/delivery.ts'
import { type DeliverDeps, type Held, type Step, step } from './deliver.ts'
import { createGate } from './gate.ts'
import { tellOverdue } from './watch.ts'

export interface Tuning {
  /** how long a deliverer that says nothing keeps a sink */
  readonly leaseSeconds: number
  /** how often it is looked for sinks that nobody delivers, where there are any; a tenth as often where there are none */
  readonly pollMilliseconds: number
  /** how long what follows the news is gathered into one batch */
  readonly gatherMilliseconds: number
  /** sinks that one process delivers to at a time */
  readonly sinks: number
  /** to the first attempt after a failure */
  readonly backoffSeconds: number
}

export const usualTuning: Tuning = {
  leaseSeconds: 15,
  pollMilliseconds: 1000,
  gatherMilliseconds: 100,
  sinks: 64,
  backoffSeconds: 1,
}

export interface DelivererDeps extends DeliverDeps {
  readonly waitForNews: WaitForNews
  readonly tuning: Tuning
}

export interface Deliverer {
  start(): void
  /** Breaks off what is under way, which is repeated by whoever delivers next, and gives the sinks back. */
  stop(): Promise<void>
}

interface Run {
  readonly held: Held
  readonly end: AbortController
  readonly done: Promise<void>
  /** performance.now() of the last renewal */
  renewedAt: number
}

/** Connections that deliverers take from the pool at a time: requests come first. */
const connections = 3
/** Seconds after which an idle sink looks by itself. */
const idleSeconds = 5
/** Milliseconds after a fault. */
const pause = 1000

/**
 * Delivers to the sinks of all tenants. Each sink has one deliverer at a time, in whichever replica, by a lease: it is
 * renewed while the process lives, and taken by another when it has lapsed. The statements of a deliverer name the lease,
 * so that one that was frozen and comes back changes nothing.
 */
export function createDeliverer(deps: DelivererDeps): Deliverer {
  const { database, tuning, onError } = deps
  const runs = new Map<string, Run>()
  const gate = createGate(connections)
  const gated: DeliverDeps = {
    ...deps,
    database: { ...database, asTenant: (...call) => gate(() => database.asTenant(...call)) },
  }
  let stopping = false
  let unlisten = () => {}
  let sweeping: Promise<void> | undefined
  /** woken while it was at it */
  let again = false
  let sweepTimer: NodeJS.Timeout | undefined
  let renewTimer: NodeJS.Timeout | undefined

  function sweep(): void {
    if (stopping) return
    again = sweeping !== undefined
    if (sweeping !== undefined) return
    clearTimeout(sweepTimer)
    sweeping = look()
      .catch((error: unknown) => {
        onError(error)
        return true
      })
      .then((any) => {
        sweeping = undefined
        if (again) sweep()
        else if (!stopping) sweepTimer = setTimeout(sweep, tuning.pollMilliseconds * (any ? 1 : 10))
      })
  }

  /** @returns whether there are any */
  async function look(): Promise<boolean> {
    if (!(await database.asSystem((tx) => anyActive({ kysely: <Tables>() => tx.last<Tables>() })))) return false
    const room = tuning.sinks - runs.size
    const taken = room > 0 ? await database.asSystem((tx) => takeLeases(tx, room, tuning.leaseSeconds)) : []
    for (const leased of taken) begin(leased)
    await tellOverdue(database, deps.units)
    return true
  }

  function begin(leased: Leased): void {
    const end = new AbortController()
    const held: Held = { ...leased, signal: end.signal, transport: undefined }
    const done = deliver(held)
      .catch(onError)
      .finally(() => runs.delete(leased.lease))
    runs.set(leased.lease, { held, end, done, renewedAt: performance.now() })
    if (stopping) end.abort()
  }

  async function deliver(held: Held): Promise<void> {
    let last: Step = 'idle'
    try {
      while (last !== 'lost' && last !== 'failed' && !held.signal.aborted) last = await deliverOnce(held)
    } finally {
      await held.transport?.close()
      // So that whoever goes on need not wait for it to lapse.
      if (last !== 'failed') await database.asTenant(held.tenant, (tx) => dropLease(tx, held)).catch(onError)
    }
  }

  async function deliverOnce(held: Held): Promise<Step> {
    // Waiting begins before the look: what comes in between is not missed.
    const looked = new AbortController()
    const news = deps.waitForNews(AbortSignal.any([held.signal, looked.signal]), idleSeconds)
    try {
      const result = await step(gated, held)
      if (result === 'idle') {
        await news
        await sleep(tuning.gatherMilliseconds, undefined, { signal: held.signal }).catch(() => {})
      }
      return result
    } catch (error) {
      onError(error)
      await sleep(pause, undefined, { signal: held.signal }).catch(() => {})
      return 'idle'
    } finally {
      looked.abort()
    }
  }

  async function renew(): Promise<void> {
    if (runs.size === 0) return
    const at = performance.now()
    const kept = await database
      .asSystem((tx) => renewLeases(tx, [...runs.keys()], tuning.leaseSeconds))
      .catch((error: unknown) => {
        onError(error)
        return undefined
      })
    for (const [lease, run] of runs) {
      if (run.renewedAt > at) continue
      if (kept?.has(lease) === true) run.renewedAt = at
      // While the database does not answer, ours may lapse and be another's: we stop before.
      else if (kept !== undefined || at - run.renewedAt > tuning.leaseSeconds * 700) run.end.abort()
    }
  }

  return {
    start() {
      unlisten = database.listen(sinksChannel, sweep)
      renewTimer = setInterval(() => void renew(), (tuning.leaseSeconds * 1000) / 3)
      sweep()
    },
    async stop() {
      stopping = true
      clearTimeout(sweepTimer)
      clearInterval(renewTimer)
      unlisten()
      await sweeping
      for (const { end } of runs.values()) end.abort()
      await Promise.all([...runs.values()].map(({ done }) => done))
    },
  }
}
