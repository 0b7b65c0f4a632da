import { systemRandom } from '../../../../platform/random.ts'
import { systemClock } from '../../../../platform/clock.ts'
import type { Work } from '../../../../platform/work.ts'
import { contextOf, type Fixture } from '../../../../testing/fixture.ts'
import { testLedger } from '../../../../testing/ledger.ts'
import { createUnitOfWork } from '../../../../platform/work.ts'
import { testKeyring } from '../../../keys/testing/keyring.ts'
import type { Ledger } from '../../index.ts'
import { ledgerConfig } from '../../config.ts'
import { createSink } from '../create.ts'
import { secretsColumn } from '../secrets.ts'
import type { Sink } from '../sink.ts'
import { findSink } from '../store/sinks.ts'
import { NewSink } from '../wire.ts'
import type { TransportSurroundings } from '../transports/open.ts'
import { hurried } from './hurried.ts'

export interface Delivering {
  readonly ledger: Ledger
  /** A sink that begins at the end of the log, unless it is told otherwise. @returns its id, and the signing secret */
  add(given: object, tenant?: string): Promise<{ id: string; secret: string | null }>
  work(tenant?: string): Work
  sink(id: string, tenant?: string): Promise<Sink>
  /** Records events of a kind. @returns their ids */
  record(count: number, kind?: string, tenant?: string): Promise<string[]>
  /** Events of these kinds, oldest first, as they are stored. */
  events(...kinds: readonly string[]): Promise<{ kind: string; outcome: string; data: Record<string, unknown> }[]>
  stop(): Promise<void>
}

/** The sequencer of one process, running, and its deliverer unless others deliver. */
export function deliveringOn(fixture: Fixture, directory?: string, delivers = true): Delivering {
  const { database, tenant: own } = fixture
  const keys = testKeyring(database)
  const config = ledgerConfig.parse({ sinks: { directory }, pollMilliseconds: 20, retention: {}, telemetry: {} })
  const ledger = testLedger(database, { keys, development: true, sinksTuning: hurried, config })
  const units = createUnitOfWork(database, ledger.recordEvent)
  const random = systemRandom(systemClock)
  const surroundings: TransportSurroundings = {
    outbound: { allowPrivate: true },
    directory,
    hostname: 'holdfast.test',
    processId: '1',
    version: '1.2.3',
    now: () => new Date(),
  }
  const deps = { random, column: keys.encrypted(secretsColumn), surroundings }
  const work =
    (tenant = own): Work =>
    (run) =>
      units.work(contextOf(tenant), run)
  ledger.startSequencer()
  if (delivers) ledger.sinks.start()
  return {
    ledger,
    work,
    async add(given, tenant) {
      const sink = NewSink.parse({ name: 'test', ...given })
      const made = await createSink(deps, work(tenant), sink, new Date())
      if (!made.ok) throw new Error(made.error.code)
      return { id: made.value.sink.id, secret: made.value.secret }
    },
    async sink(id, tenant = own) {
      const sink = await database.asTenant(tenant, (tx) => findSink(tx, id))
      if (sink === undefined) throw new Error('no such sink')
      return sink
    },
    async record(count, kind = 'thing.done', tenant = own) {
      const ids: string[] = []
      for (let n = 0; n < count; n += 1) {
        ids.push(await units.work(contextOf(tenant), (tx) => tx.record({ kind, data: { n } })))
      }
      return ids
    },
    async events(...kinds) {
      const { rows } = await fixture.admin.query<{ id: string }>(
        'SELECT id FROM events WHERE tenant_id = $1 AND kind = ANY($2) ORDER BY id',
        [own, kinds],
      )
      const read = await database.asTenant(own, (tx) =>
        ledger.readEvents(
          tx,
          rows.map(({ id }) => id),
        ),
      )
      return read.map(({ view: { kind, outcome, data } }) => ({ kind, outcome, data: { ...data } }))
    },
    stop: () => ledger.stop(),
  }
}

/** What a webhook received, message by message. */
export interface WebhookBody {
  readonly data: {
    readonly events: readonly { readonly seq: number; readonly id: string; readonly kind: string }[]
    readonly gaps: readonly { readonly from: number; readonly to: number; readonly count: number }[]
  }
}

export function bodyOf({ body }: { readonly body: Buffer }): WebhookBody {
  return JSON.parse(body.toString()) as WebhookBody
}
