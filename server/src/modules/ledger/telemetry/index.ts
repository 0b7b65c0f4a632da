import { completeEvent, type UnsequencedEvent } from '@holdfast/events'
import type { Clock } from '../../../platform/clock.ts'
import type { WriteObserver } from '../../../platform/database/database.ts'
import type { SeenRequest } from '../../../platform/http/server.ts'
import { createLimiter } from '../../../platform/http/limit.ts'
import { createTold } from '../../../platform/http/told.ts'
import type { RecordedEvent } from '../../../platform/ports.ts'
import type { Random } from '../../../platform/random.ts'
import type { UnitOfWork } from '../../../platform/work.ts'
import { type Counters, createBuffer, Unwritable } from './buffer.ts'
import type { TelemetryConfig } from './config.ts'
import { createDiskWatch, spaceOf } from './disk.ts'
import { createHeartbeat } from './heartbeat.ts'
import { createHttpActivity } from './http-activity.ts'
import { createOutageWatch, type Outage, type OutageWatch } from './outage.ts'
import { checkStall } from './stall.ts'

export interface TelemetryDeps {
  readonly units: UnitOfWork
  readonly clock: Clock
  readonly random: Random
  readonly config: TelemetryConfig
  readonly version: string
  /** Writes events that were made before, in one transaction; an id that is there already is left as it is. */
  readonly insert: (tenant: string, events: readonly UnsequencedEvent[]) => Promise<void>
  readonly onError: (error: unknown) => void
}

export interface Telemetry {
  /** For what happens too often for a transaction of its own: written soon, and at least once; what is lost is counted and told. */
  add(event: UnsequencedEvent, tenant: string | null): void
  /** Each request that was answered. */
  readonly seen: (request: SeenRequest) => void
  /** Told by the database of what it could not write. */
  readonly writes: WriteObserver
  standing(): Standing
  /**
   * @param tenant the installation's own events are this one's
   * @param disk a directory on the disk of the embedded database
   */
  start(tenant: string, disk: string | undefined): void
  /** Writes what waits, and a last heartbeat. */
  stop(): Promise<void>
}

/** How the log itself does, for /readyz and /metrics. */
export interface Standing {
  readonly outage: Outage | null
  readonly diskLow: boolean
  readonly refusedWrites: ReturnType<OutageWatch['counts']>
  readonly counters: Counters
}

interface Entry {
  readonly event: UnsequencedEvent
  /** null for the installation's own */
  readonly tenant: string | null
}

/** Milliseconds for writing what waits when the process stops. */
const patience = 5_000

export function createTelemetry(deps: TelemetryDeps): Telemetry {
  const { units, clock, random, config, version, insert, onError } = deps
  const process = random.id()
  let home: string | undefined
  let timers: NodeJS.Timeout[] = []
  let number = 0

  const contextOf = (tenant: string) => ({
    tenant,
    actor: null,
    source: { address: null, userAgent: null },
    requestId: null,
  })
  const record = async (event: RecordedEvent) => {
    if (home === undefined) throw new Error('telemetry was not started')
    await units.work(contextOf(home), (tx) => tx.record(event))
  }

  const buffer = createBuffer<Entry>({
    write: async (entries) => {
      for (const [tenant, own] of Map.groupBy(entries, (entry) => entry.tenant ?? home)) {
        if (tenant === undefined) throw new Error('telemetry was not started')
        await insert(
          tenant,
          own.map(({ event }) => event),
        ).catch((error: unknown) => {
          throw isRefused(error) ? new Unwritable('an event is not acceptable', { cause: error }) : error
        })
      }
    },
    kindOf: ({ event }) => event.kind,
    gapEntry: ({ kind, from, to, count }) => ({
      tenant: null,
      event: completeEvent(
        {
          kind: 'telemetry.gap',
          outcome: 'failure',
          data: { kind, from: from.toISOString(), to: to.toISOString(), count, process },
        },
        { id: random.id(), time: clock.now() },
      ),
    }),
    now: () => clock.now(),
    onError,
    room: config.room,
    batch: config.batch,
    delay: config.delayMilliseconds,
  })

  const outages = createOutageWatch({
    clock,
    record: ({ reason, from, to, refused }) =>
      record({
        kind: 'ledger.outage',
        outcome: 'failure',
        data: { reason, from: from.toISOString(), to: to.toISOString(), refused, process },
      }),
  })

  let directory: string | undefined
  const disk = createDiskWatch({
    space: () => spaceOf(directory ?? '.'),
    threshold: config.diskMegabytes * 1024 * 1024,
    record,
  })

  const heartbeat = () =>
    createHeartbeat({
      units,
      clock,
      process,
      version,
      context: contextOf(home ?? ''),
      everySeconds: config.heartbeatSeconds,
      counters: () => buffer.counters(),
    })
  let beating: ReturnType<typeof heartbeat> | undefined

  const add = (event: UnsequencedEvent, tenant: string | null) => {
    number += 1
    // Numbered by its process: after a crash the numbers say what is missing.
    buffer.add({ tenant, event: { ...event, data: { ...event.data, process, number } } })
  }

  async function look(): Promise<void> {
    if (home === undefined) return
    await checkStall({ units, clock, context: contextOf(home), stalledSeconds: config.stalledSeconds })
    if (directory !== undefined) await disk.look()
  }

  function every(seconds: number, run: () => Promise<void>): void {
    timers.push(setInterval(() => void run().catch(onError), seconds * 1000).unref())
  }

  return {
    add,
    seen: createHttpActivity({
      mode: config.httpActivity,
      clock,
      random,
      told: createTold(createLimiter(clock), 'request refused'),
      add,
    }),
    writes: outages,
    standing: () => ({
      outage: outages.current(),
      diskLow: disk.low(),
      refusedWrites: outages.counts(),
      counters: buffer.counters(),
    }),
    start(tenant, on) {
      home = tenant
      directory = on
      beating = heartbeat()
      const beat = () => beating?.beat() ?? Promise.resolve()
      void beat().then(look).catch(onError)
      every(config.heartbeatSeconds, beat)
      every(Math.min(15, config.stalledSeconds / 2, config.heartbeatSeconds), look)
    },
    async stop() {
      for (const timer of timers) clearInterval(timer)
      timers = []
      outages.stop()
      if (home === undefined) return
      const left = await buffer.stop(patience)
      if (left > 0) onError(new Error(`${left} high-volume events could not be written before the end`))
      await beating?.beat(true).catch(onError)
    },
  }
}

/** SQLSTATE classes 22 and 23: data exception, integrity constraint violation; and what our own checks throw. */
function isRefused(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return error instanceof RangeError || (typeof code === 'string' && /^2[23]/.test(code))
}
