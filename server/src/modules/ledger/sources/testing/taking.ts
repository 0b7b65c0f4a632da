import { type Fixture, openFixture } from '../../../../testing/fixture.ts'
import { type LedgerFixture, ledgerOn } from '../../../../testing/ledger.ts'
import { startTestServer, testCaller, type TestServer } from '../../../../testing/test-server.ts'
import type { StoredEvent } from '../../index.ts'

export const shopService = { type: 'Service', id: '01900000-0000-7000-8000-0000000000c1' }

export interface Taking {
  readonly fixture: Fixture
  readonly ledger: LedgerFixture
  readonly server: TestServer
  /** As the service of the application shop, unless another secret is said: `one` is an operator, `two` of another tenant. */
  post(path: string, body: unknown, init?: { secret?: string; headers?: Record<string, string> }): Promise<Response>
  /** What a tenant has, by id. */
  stored(tenant?: string): Promise<readonly StoredEvent[]>
  close(): Promise<void>
}

/** The routes of the ways in, over HTTP, on a database of their own. */
export async function startTaking(postgresUrl: string, allowed = true): Promise<Taking> {
  const fixture = await openFixture(postgresUrl)
  const ledger = ledgerOn(fixture)
  const shop = testCaller(fixture.tenant, { principal: shopService, name: 'shop', application: 'shop', groups: [] })
  const server = await startTestServer({
    database: fixture.database,
    tenant: fixture.tenant,
    routes: ledger.ledger.routes,
    recordEvent: ledger.ledger.recordEvent,
    callers: { shop, two: testCaller(fixture.other) },
    decide: async (_, action, resource) => ({
      allowed,
      explanation: `${action} on ${resource.type} ${resource.id}`,
      reasons: [],
    }),
  })
  return {
    fixture,
    ledger,
    server,
    post: (path, body, { secret = 'shop', headers = {} } = {}) =>
      server.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}`, ...headers },
        body: body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body),
      }),
    stored: (tenant) => ledger.events(tenant),
    async close() {
      await server.close()
      await ledger.ledger.stop()
      await fixture.close()
    },
  }
}
