import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { type Fixture, openFixture } from '../../../testing/fixture.ts'
import { testLedger } from '../../../testing/ledger.ts'
import { startTestServer, testCaller, type TestServer } from '../../../testing/test-server.ts'
import { ledgerConfig } from '../config.ts'
import type { Ledger } from '../index.ts'
import { certificates } from './testing/certificates.ts'
import { answers, type HttpReceiver, startHttpReceiver } from './testing/http-receiver.ts'

let fixture: Fixture
let ledger: Ledger
let server: TestServer
let receiver: HttpReceiver

/** As in production, unless it is said that private addresses are allowed. */
async function start(allowPrivate: boolean): Promise<TestServer> {
  const config = ledgerConfig.parse({ sinks: { allowPrivate }, retention: {}, telemetry: {} })
  ledger = testLedger(fixture.database, { config })
  return startTestServer({
    database: fixture.database,
    tenant: fixture.tenant,
    routes: ledger.routes,
    recordEvent: ledger.recordEvent,
    callers: {
      two: testCaller(fixture.other),
      ...Object.fromEntries(
        Array.from({ length: 99 }, (_, n) => {
          const id = `01900000-0000-7000-8000-0000000001${String(n).padStart(2, '0')}`
          return [`op${n}`, testCaller(fixture.tenant, { principal: { type: 'Person', id } })]
        }),
      ),
    },
  })
}

/** Another operator for each test: one may do this so often a minute. */
let operator = 0

beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  server = await start(true)
  receiver = await startHttpReceiver()
})
beforeEach(async () => {
  operator += 1
  await fixture.admin.query('DELETE FROM log_sinks')
  receiver.behave(answers(200))
})
afterAll(async () => {
  await receiver.close()
  await server.close()
  await fixture.close()
})

interface Answer {
  readonly status: number
  readonly text: string
  readonly json: Record<string, unknown>
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  secret = `op${operator}`,
  on = server,
): Promise<Answer> {
  const response = await on.request(`/api/v1/sinks${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, text, json: JSON.parse(text) as Record<string, unknown> }
}

const webhook = () => ({ name: 'ops', kind: 'webhook', settings: { url: receiver.url } })
async function make(body: object = webhook()): Promise<{ id: string; secret: string | null }> {
  const { status, json } = await call('POST', '', body)
  expect(status).toBe(200)
  return { id: (json['sink'] as { id: string }).id, secret: json['secret'] as string | null }
}
const kinds = async () =>
  (await fixture.admin.query<{ kind: string }>('SELECT kind FROM events ORDER BY id')).rows.map(({ kind }) => kind)

describe('a sink', () => {
  test('is made, shown, changed, steered and removed, each with its event', async () => {
    const { id } = await make()
    expect((await call('GET', `/${id}`)).json).toMatchObject({
      name: 'ops',
      state: 'active',
      settings: { url: receiver.url, batch: 20, timeoutSeconds: 10 },
      behind: { more: false },
      failures: 0,
    })
    await call('PATCH', `/${id}`, { settings: { url: receiver.url, batch: 1 }, filter: { kinds: ['session.*'] } })
    expect((await call('POST', `/${id}/test`)).json).toMatchObject({ ok: true, error: null })
    expect((await call('POST', `/${id}/pause`)).json).toMatchObject({ state: 'paused' })
    expect((await call('POST', `/${id}/resume`)).json).toMatchObject({
      state: 'active',
      filter: { kinds: ['session.*'] },
    })
    expect((await call('POST', `/${id}/rewind`, { seq: 0 })).json).toMatchObject({ cursor: 0 })
    expect((await call('POST', `/${id}/rotate`, {})).json['secret']).toMatch(/^whsec_/)
    expect((await call('DELETE', `/${id}`)).status).toBe(200)
    expect((await call('GET', '')).json).toEqual({ items: [] })
    expect((await kinds()).slice(-8)).toEqual(
      'created changed tested paused resumed rewound secret_rotated deleted'.split(' ').map((name) => `sink.${name}`),
    )
  })

  test('is its tenant’s: another neither sees nor changes it, and has names of its own', async () => {
    const { id } = await make()
    expect((await call('GET', '', undefined, 'two')).json).toEqual({ items: [] })
    for (const [method, path] of [
      ['GET', `/${id}`],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/test`],
      ['POST', `/${id}/pause`],
    ] as const) {
      expect((await call(method, path, undefined, 'two')).status).toBe(404)
    }
    expect((await call('POST', '', webhook(), 'two')).status).toBe(200)
    expect((await call('POST', '', webhook())).json['code']).toBe('sink_name_taken')
    expect((await call('GET', '/no-such-id')).status).toBe(404)
  })

  test('cannot be set beyond the end of the log', async () => {
    const { id } = await make()
    expect((await call('POST', `/${id}/rewind`, { seq: 1_000_000 })).json['code']).toBe('sink_place_beyond')
    expect((await call('POST', '', { ...webhook(), name: 'x', from: 1_000_000 })).json['code']).toBe(
      'sink_place_beyond',
    )
  })

  test('of fifty there are enough', async () => {
    for (let n = 0; n < 50; n += 1) await make({ ...webhook(), name: `ops-${n}` })
    expect((await call('POST', '', webhook())).json['code']).toBe('sinks_too_many')
  })
})

describe('secrets', () => {
  const header = 'Bearer hunter2-collector-token'

  test('are never shown again, and cannot be read in the database', async () => {
    const otlp = {
      name: 'c',
      kind: 'otlp',
      settings: { url: receiver.url },
      secrets: { headers: { authorization: header } },
    }
    const made = await make(otlp)
    const { secret } = await make()
    await call('POST', `/${made.id}/test`)
    expect(receiver.received.at(-1)?.headers.authorization).toBe(header)
    const { secrets: _, ...shown } = otlp
    await call('PATCH', `/${made.id}`, { settings: shown.settings })
    await call('POST', `/${made.id}/test`)
    expect(receiver.received.at(-1)?.headers.authorization).toBe(header)
    const { rows } = await fixture.admin.query(
      "SELECT encode(secrets, 'escape') || settings::text AS text FROM log_sinks",
    )
    const answered = [
      (await call('GET', '')).text,
      (await call('GET', `/${made.id}`)).text,
      JSON.stringify(rows),
    ].join()
    const events = JSON.stringify((await fixture.admin.query('SELECT * FROM events')).rows)
    for (const text of [header, secret ?? 'none']) {
      expect(answered).not.toContain(text)
      expect(events).not.toContain(text)
    }
    expect(answered).not.toContain(Buffer.from((secret ?? '').slice(6), 'base64').toString('hex'))
  })

  test('do not go to another server than the one for which they were given', async () => {
    const thief = await startHttpReceiver()
    const headers = { authorization: header }
    const { id } = await make({ name: 'c', kind: 'otlp', settings: { url: receiver.url }, secrets: { headers } })
    const moved = await call('PATCH', `/${id}`, { settings: { url: thief.url } })
    expect([moved.status, moved.json['code']]).toEqual([422, 'sink_settings_invalid'])
    await call('POST', `/${id}/test`)
    expect(thief.received).toEqual([])
    // Another path of the same server, and another server with headers that are given for it.
    expect((await call('PATCH', `/${id}`, { settings: { url: `${receiver.url}v2` } })).status).toBe(200)
    const own = { headers: { authorization: 'Bearer another' } }
    expect((await call('PATCH', `/${id}`, { settings: { url: thief.url }, secrets: own })).status).toBe(200)
    await call('POST', `/${id}/test`)
    expect(thief.received.at(-1)?.headers.authorization).toBe('Bearer another')
    await thief.close()
  })

  test('of a webhook are made here and rotated, never taken', async () => {
    const given = { ...webhook(), secrets: { signing: [{ secret: 'whsec_AAAA', until: null }] } }
    expect((await call('POST', '', given)).status).toBe(422)
    const { id } = await make()
    const taken = { secrets: { signing: [{ secret: 'whsec_AAAA', until: null }] } }
    expect((await call('PATCH', `/${id}`, taken)).json['code']).toBe('sink_settings_invalid')
    await call('POST', `/${id}/rotate`, { overlapHours: 1 })
    await call('POST', `/${id}/test`)
    expect(String(receiver.received.at(-1)?.headers['webhook-signature']).split(' ')).toHaveLength(2)
    await call('POST', `/${id}/rotate`, { overlapHours: 0 })
    await call('POST', `/${id}/test`)
    expect(String(receiver.received.at(-1)?.headers['webhook-signature']).split(' ')).toHaveLength(1)
    const otlp = await make({ name: 'c', kind: 'otlp', settings: { url: receiver.url } })
    expect((await call('POST', `/${otlp.id}/rotate`, {})).json['code']).toBe('sink_not_webhook')
  })
})

describe('what a sink may not be', () => {
  const syslog = { host: 'logs.test', port: 6514, protocol: 'tls', clientCertificate: certificates.client }

  test.each([
    ['an address with a password', 'webhook', { url: 'https://user:secret@receiver.test/' }],
    ['an address with a token', 'webhook', { url: 'https://receiver.test/in?token=3fa9c1d2e4b5a6978812' }],
    ['an address with a key', 'otlp', { url: 'https://receiver.test/v1/logs?api_key=3fa9c1d2e4b5a6978812' }],
    ['another scheme', 'webhook', { url: 'file:///etc/passwd' }],
    ['another scheme', 'otlp', { url: 'gopher://receiver.test/' }],
    ['a path that leads out', 'file', { path: '../../etc/cron.d/x.ndjson' }],
    ['an absolute path', 'file', { path: '/etc/x.ndjson' }],
    ['a certificate that is none', 'otlp', { url: 'https://c.test/', caCertificate: 'x' }],
    ['a host that is an option', 'syslog', { host: '-oProxyCommand=x', port: 1 }],
    ['certificates without TLS', 'syslog', { ...syslog, protocol: 'udp' }],
    ['a setting that nobody knows', 'webhook', { url: 'https://a.test/', secret: 'x' }],
  ])('%s (%s)', async (_, kind, settings) => {
    expect((await call('POST', '', { name: 'x', kind, settings })).status).toBe(422)
  })

  test('a header that is ours, or that breaks the request', async () => {
    for (const headers of [
      { Host: 'x' },
      { 'Content-Length': '0' },
      { 'webhook-id': 'x' },
      { 'x-a': 'b\r\nx: y' },
      { 'a b': 'c' },
    ]) {
      const body = { name: 'x', kind: 'otlp', settings: { url: receiver.url }, secrets: { headers } }
      expect((await call('POST', '', body)).status).toBe(422)
    }
  })

  test('a client certificate without its key, or with another', async () => {
    const body = (secrets: object) => ({ name: 'x', kind: 'syslog', settings: syslog, secrets })
    expect((await call('POST', '', body({}))).json['code']).toBe('sink_settings_invalid')
    expect((await call('POST', '', body({ clientKey: certificates.otherKey }))).json['code']).toBe(
      'sink_settings_invalid',
    )
    expect((await call('POST', '', body({ clientKey: 'no key' }))).status).toBe(422)
  })

  test('a file without a directory', async () => {
    const file = { name: 'x', kind: 'file', settings: { path: 'events.ndjson' } }
    expect((await call('POST', '', file)).json['code']).toBe('sink_directory_missing')
  })

  test('in production an address of the inside; one of metadata nowhere', async () => {
    const production = await start(false)
    const refused = async (on: TestServer, url: string) =>
      (await call('POST', '', { name: 'x', kind: 'webhook', settings: { url } }, undefined, on)).json['code']
    for (const url of [receiver.url, 'http://127.0.0.1/', 'http://[::1]/', 'http://10.0.0.1/', 'http://2130706433/']) {
      expect(await refused(production, url), url).toBe('sink_address_refused')
    }
    for (const url of ['http://169.254.169.254/latest/', 'http://[::ffff:a9fe:a9fe]/', 'http://0.0.0.0/']) {
      expect(await refused(production, url), url).toBe('sink_address_refused')
      expect(await refused(server, url), url).toBe('sink_address_refused')
    }
    // A sink that was made where it was allowed is not delivered to where it is not.
    const { id } = await make()
    const before = receiver.received.length
    expect((await call('POST', `/${id}/test`, undefined, undefined, production)).json).toMatchObject({
      ok: false,
      error: expect.stringContaining('private network'),
    })
    expect(receiver.received).toHaveLength(before)
    await production.close()
  })

  test('an eye into the inside: what a receiver answers is not told', async () => {
    receiver.behave(answers(500, { 'x-inside': 'inside-header' }, 'inside-body'))
    const { id } = await make()
    const { json, text } = await call('POST', `/${id}/test`)
    expect(json).toMatchObject({ ok: false, error: 'it answered 500' })
    expect(text).not.toContain('inside')
  })
})
