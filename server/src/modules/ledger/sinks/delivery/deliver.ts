import type { Database } from '../../../../platform/database/database.ts'
import type { Random } from '../../../../platform/random.ts'
import type { Tx, UnitOfWork } from '../../../../platform/work.ts'
import type { ReadEvents } from '../../read.ts'
import type { Target } from '../settings.ts'
import type { Sink } from '../sink.ts'
import { advance, beginDelivery, fail, type Leased, markRefusedTold } from '../store/delivery.ts'
import { type Db, findLeased, readBehind } from '../store/sinks.ts'
import { openTransport, type TransportSurroundings } from '../transports/open.ts'
import { failureOf, type Receipt, type Transport } from '../transports/transport.ts'
import { type Backoff, backoff } from './backoff.ts'
import { type Batch, type BatchBounds, readBatch } from './batch.ts'

export interface DeliverDeps {
  readonly database: Database
  readonly units: UnitOfWork
  readonly random: Random
  /** the settings of a sink with its secrets */
  readonly openTarget: (tx: Db, sink: Sink) => Promise<Target>
  readonly readEvents: ReadEvents
  readonly surroundings: TransportSurroundings
  readonly bounds: BatchBounds
  readonly backoff: Backoff
  /** a step that failed by a fault of ours, or of the database; it is tried again */
  readonly onError: (error: unknown) => void
}

/** A sink in the hands of its deliverer. */
export interface Held extends Leased {
  /** ends when the lease is lost or the server stops */
  readonly signal: AbortSignal
  transport: Transport | undefined
}

/** `lost`: somebody else delivers, or it was changed; `failed`: it was given back until its next attempt. */
export type Step = 'moved' | 'idle' | 'lost' | 'failed'

interface Begun {
  readonly sink: Sink
  readonly batch: Batch
  readonly transport: Transport
}

/**
 * Takes one step: reads the next batch, sends it, and moves the cursor when the far side has acknowledged it. That a batch
 * leaves is written down before, so that whoever takes over after a crash repeats just that batch. The marks are not
 * waited for on the disk: a power cut may lose the last of them, and then a batch comes twice, with the same places.
 */
export async function step(deps: DeliverDeps, held: Held): Promise<Step> {
  let begun: Begun | Step
  try {
    begun = await deps.database.asTenant(held.tenant, (tx) => begin(deps, held, tx), 'unsynced')
  } catch (error) {
    return unreadable(deps, held, error)
  }
  if (typeof begun === 'string') return begun
  const { sink, batch, transport } = begun
  let receipt: Receipt
  try {
    receipt = await transport.send(batch.items, held.signal)
  } catch (error) {
    // Broken off because the lease is over: what becomes of it is another's to say.
    if (held.signal.aborted) return 'lost'
    return failed(deps, held, begun, error)
  }
  const events = batch.items.filter((item) => item.is === 'event').length
  const told = { upTo: batch.upTo, events, messages: batch.items.length, refused: receipt.refused }
  const quiet = sink.failedToldAt === null && receipt.refused === 0
  const moved = quiet
    ? await deps.database.asTenant(held.tenant, (tx) => advance(tx, held, told), 'unsynced')
    : await deps.units.work(system(held.tenant), (tx) => advanceAndTell(tx, held, sink, told))
  return moved ? 'moved' : 'lost'
}

async function begin(deps: DeliverDeps, held: Held, tx: Db): Promise<Begun | Step> {
  const sink = await findLeased(tx, held.id, held.lease)
  if (sink === undefined) return 'lost'
  const most = sink.kind === 'webhook' ? (sink.settings as { batch: number }).batch : deps.bounds.events
  const batch = await readBatch(tx, deps.readEvents, sink, { ...deps.bounds, events: most })
  if (batch === null) return 'idle'
  if (batch.items.length === 0) {
    const nothing = { upTo: batch.upTo, events: 0, messages: 0, refused: 0 }
    return (await advance(tx, held, nothing)) ? 'moved' : 'lost'
  }
  held.transport ??= openTransport(sink, await deps.openTarget(tx, sink), deps.surroundings)
  const repeat = sink.inFlight !== null
  return (await beginDelivery(tx, held, batch.upTo, repeat)) ? { sink, batch, transport: held.transport } : 'lost'
}

/** Seconds to the next attempt where a fault of ours keeps a batch from being made. */
const faultPause = 10

/**
 * Events or secrets that cannot be read are a failure of the sink like any other, so that somebody is told of it.
 * @throws the error of the database, when that is what is away
 */
async function unreadable(deps: DeliverDeps, held: Held, error: unknown): Promise<Step> {
  const message = 'the next events could not be read here; the log of the server says why'
  const failure = { message, retryInSeconds: faultPause, half: null, disable: false }
  const ours = await deps.database.asTenant(held.tenant, (tx) => fail(tx, held, failure))
  deps.onError(error)
  return ours ? 'failed' : 'lost'
}

async function failed(deps: DeliverDeps, held: Held, { sink, batch }: Begun, cause: unknown): Promise<Step> {
  const { message, facts } = failureOf(cause)
  const [chance = 0] = deps.random.bytes(1)
  const retryInSeconds = facts.retryAfterSeconds ?? backoff(deps.backoff, sink.failures + 1, chance / 255)
  const gone = facts.gone === true
  const failure = { message, retryInSeconds, half: facts.tooMuch === true ? halfOf(batch) : null, disable: gone }
  if (!gone) {
    const ours = await deps.database.asTenant(held.tenant, (tx) => fail(tx, held, failure))
    return ours ? 'failed' : 'lost'
  }
  const ours = await deps.units.work(system(held.tenant), async (tx) => {
    if (!(await fail(tx, held, failure))) return false
    await tx.record({
      kind: 'sink.disabled',
      resource: { type: 'Sink', id: sink.id },
      reason: 'sink_gone',
      data: { name: sink.name, kind: sink.kind, cursor: sink.cursor },
    })
    return true
  })
  return ours ? 'failed' : 'lost'
}

/** The place in the middle of a batch; null where there is nothing to halve. */
function halfOf({ items }: Batch): number | null {
  const last = items[Math.floor(items.length / 2) - 1]
  if (last === undefined || last.is === 'test') return null
  return last.is === 'event' ? last.seq : last.to
}

interface Told {
  readonly upTo: number
  readonly events: number
  readonly messages: number
  readonly refused: number
}

async function advanceAndTell(tx: Tx, held: Held, sink: Sink, told: Told): Promise<boolean> {
  if (!(await advance(tx, held, told))) return false
  const resource = { type: 'Sink', id: sink.id }
  const { name, kind } = sink
  if (sink.failedToldAt !== null) {
    const behind = await readBehind(tx, told.upTo)
    const failingSeconds = Math.round((Date.now() - (sink.failingSince ?? sink.failedToldAt).getTime()) / 1000)
    const data = { name, kind, failures: sink.failures, failingSeconds, cursor: told.upTo, behind: behind.events }
    await tx.record({ kind: 'sink.recovered', resource, data })
  }
  if (told.refused > 0 && (await markRefusedTold(tx, sink.id))) {
    const data = { name, kind, refused: told.refused, from: sink.cursor + 1, to: told.upTo }
    await tx.record({ kind: 'sink.events_refused', outcome: 'failure', resource, reason: 'sink_events_refused', data })
  }
  return true
}

/** What a deliverer does, nobody asked for. */
export function system(tenant: string) {
  return { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
}
