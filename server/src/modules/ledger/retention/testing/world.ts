// For tests only.
import { ledgerConfig } from '../../config.ts'
import type { Caller, RecordedEvent } from '../../../../platform/ports.ts'
import { addSeconds, type Clock, systemClock } from '../../../../platform/clock.ts'
import { systemRandom } from '../../../../platform/random.ts'
import { createUnitOfWork } from '../../../../platform/work.ts'
import { contextOf, type Fixture, openFixture } from '../../../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn, testLedger } from '../../../../testing/ledger.ts'
import { startTestServer, type TestServer } from '../../../../testing/test-server.ts'
import type { RetentionConfig } from '../config.ts'
import type { MonthDeps } from '../months.ts'
import type { PruneDeps } from '../prune.ts'

export interface Answer<T> {
  readonly status: number
  readonly body: T
}

export interface World extends LedgerFixture {
  readonly fixture: Fixture
  readonly server: TestServer
  /** people who still have an account */
  readonly accounts: Set<string>
  readonly config: RetentionConfig
  readonly deps: PruneDeps & MonthDeps
  /** Records an event that came so many days ago. @returns its id */
  long(days: number, event?: Partial<RecordedEvent>, tenant?: string): Promise<string>
  /** Kinds that are still there, oldest first. */
  kinds(tenant?: string): Promise<string[]>
  api<T>(method: string, path: string, body?: unknown): Promise<Answer<T>>
  close(): Promise<void>
}

export async function openWorld(postgresUrl: string, callers: Record<string, Caller> = {}): Promise<World> {
  const fixture = await openFixture(postgresUrl)
  const accounts = new Set<string>()
  const own = ledgerOn(fixture)
  const personExists = async (_: unknown, id: string) => accounts.has(id)
  const ledger = testLedger(fixture.database, { keys: own.keys, personExists })
  const units = createUnitOfWork(fixture.database, ledger.recordEvent)
  const server = await startTestServer({
    database: fixture.database,
    tenant: fixture.tenant,
    routes: ledger.routes,
    recordEvent: ledger.recordEvent,
    callers,
  })
  const config = ledgerConfig.parse({}).retention
  const { database, admin } = fixture
  return {
    ...own,
    ledger,
    units,
    fixture,
    server,
    accounts,
    config,
    deps: { database, units, clock: systemClock, config, recordEvent: ledger.recordEvent },
    async long(days, event = {}, tenant = fixture.tenant) {
      const clock: Clock = { now: () => addSeconds(systemClock.now(), -days * 86_400) }
      const past = testLedger(database, { keys: own.keys, clock, random: systemRandom(clock) })
      const id = await createUnitOfWork(database, past.recordEvent).work(contextOf(tenant), (tx) =>
        tx.record({ kind: 'thing.done', ...event }),
      )
      // As a superuser who switches the guard off: nobody else can make an event look old.
      await admin.query('ALTER TABLE events DISABLE TRIGGER events_unchanged')
      await admin.query('UPDATE events SET recorded_at = $1 WHERE id = $2', [clock.now(), id])
      await admin.query('ALTER TABLE events ENABLE ALWAYS TRIGGER events_unchanged')
      return id
    },
    async kinds(tenant = fixture.tenant) {
      const { rows } = await admin.query<{ kind: string }>('SELECT kind FROM events WHERE tenant_id = $1 ORDER BY id', [
        tenant,
      ])
      return rows.map(({ kind }) => kind)
    },
    async api<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
      const response = await server.request(`/api/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: (await response.json()) as T }
    },
    async close() {
      await server.close()
      await ledger.stop()
      await fixture.close()
    },
  }
}
