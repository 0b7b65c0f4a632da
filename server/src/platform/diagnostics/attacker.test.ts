import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type Installation, installation, type OwnProcess } from '../../testing/own-process.ts'

/*
 * Somebody who tries to get card numbers and tokens into the log: through every field of an event, and through everything that a request has. Each
 * secret is used in one place, so that one that is found again tells how it came through.
 */

interface Planted {
  readonly where: string
  readonly secret: string
  /** what of it may be nowhere */
  readonly needles: readonly string[]
}

let installed: Installation
let server: OwnProcess
let admin: Client
const planted: Planted[] = []
const recorded: string[] = []

beforeAll(async () => {
  installed = await installation(inject('postgresUrl'))
  server = await installed.start({ HOLDFAST_LOG_LEVEL: 'trace' })
  await server.ready()
  admin = new Client({ connectionString: installed.databaseUrl })
  await admin.connect()
})
afterAll(async () => {
  await admin.end()
  await installed.close()
})

function card(where: string): string {
  const digits = `4${Array.from({ length: 14 }, () => randomInt(10)).join('')}`
  const sum = Array.from(digits, Number).reduce(
    (total, digit, index) => total + (index % 2 === 0 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit),
    0,
  )
  const number = `${digits}${(10 - (sum % 10)) % 10}`
  planted.push({ where, secret: number, needles: [number, number.slice(0, 12), number.replace(/(.{4})(?=.)/g, '$1 ')] })
  return number
}

function token(where: string): string {
  const random = randomBytes(32).toString('base64url')
  planted.push({ where, secret: random, needles: [random, random.slice(0, 20), random.slice(20)] })
  return `hfs_${random}`
}

/** Forms in which a secret is handed in: as it is, inside of words, encoded. */
const FORMS: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => `order-${secret}-paid`,
  (secret) => `see https://shop.example/pay?q=${encodeURIComponent(secret)}&n=1`,
  (secret) => JSON.stringify({ note: secret }),
  (secret) => Buffer.from(`{"card":"${secret}"}`).toString('base64'),
  (secret) => [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
]

/** Calls with a card and with a token in each form. */
async function inEachForm(where: string, use: (text: string) => Promise<void>): Promise<void> {
  for (const [index, form] of FORMS.entries()) {
    await use(form(card(`${where} (card, form ${index})`)))
    await use(form(token(`${where} (token, form ${index})`)))
  }
}

const compact = { kind: 'order.paid', outcome: 'success' }
const PLACES: Readonly<Record<string, (text: string) => unknown>> = {
  actorType: (text) => ({ ...compact, actor: { type: text, id: 'x' } }),
  actorId: (text) => ({ ...compact, actor: { type: 'User', id: text } }),
  actorName: (text) => ({ ...compact, actor: { type: 'Person', id: 'x', name: text } }),
  resourceType: (text) => ({ ...compact, resource: { type: text, id: 'x' } }),
  resourceId: (text) => ({ ...compact, resource: { type: 'Order', id: text } }),
  address: (text) => ({ ...compact, source: { address: text.slice(0, 64) } }),
  userAgent: (text) => ({ ...compact, source: { userAgent: text } }),
  requestId: (text) => ({ ...compact, requestId: text }),
  data: (text) => ({ ...compact, data: { note: text } }),
  dataName: (text) => ({ ...compact, data: { [text]: 1 } }),
  dataDeep: (text) => ({ ...compact, data: { a: [{ b: { c: [text] } }] } }),
  dataPersonal: (text) => ({ ...compact, data: { email: text }, personal: [{ field: '/data/email', subject: null }] }),
  ocsf: (text) => document({ message: text }),
  ocsfUser: (text) =>
    document({ user: { uid: text, name: text, email_addr: text }, actor: { user: { uid: 'a', name: text } } }),
  ocsfEndpoint: (text) =>
    document({ src_endpoint: { hostname: text }, http_request: { user_agent: text, url: { path: text } } }),
  ocsfMetadata: (text) =>
    document({}, { uid: text, correlation_uid: text, tags: [{ name: 'note', value: text }], product: { name: text } }),
  ocsfUnmapped: (text) => document({ unmapped: { note: text } }),
}

function document(more: object, metadata: object = {}): unknown {
  const ids = { class_uid: 3002, category_uid: 3, activity_id: 1, type_uid: 300201, severity_id: 1 }
  return { ...ids, time: Date.now(), metadata: { version: '1.8.0', ...metadata }, ...more }
}

async function record(event: unknown): Promise<void> {
  const { status, json } = await server.call('POST', '/api/v1/events', event)
  if (status === 200) recorded.push(...(json['events'] as { id: string }[]).map(({ id }) => id))
  // Refused is as good: then it must not be in the log of the process either.
  else expect([400, 403, 422]).toContain(status)
}

it('hands secrets in through every field of an event', async () => {
  for (const [place, make] of Object.entries(PLACES)) {
    await inEachForm(place, (text) => record(make(text)))
    // What is no secret comes through, so that the tests below look where it would be.
    await record(make(plain(place)))
  }
  for (const word of ['kind', 'reason'] as const) {
    await record({ ...compact, [word]: `paid.${card(word)}` })
    await record({ ...compact, [word]: `ghp_${planted.at(-1)?.secret ?? ''}a1b2c3d4e5f6a7b8c9d0` })
  }
  await record({ ...compact, application: `a${card('application')}` })
  await record({ ...compact, data: { amount: Number(card('a number')) } })
  await record({
    ...compact,
    data: {
      password: card('a name'),
      card: { number: card('card.number'), cvv: '123' },
      headers: [['cookie', token('a header')]],
    },
  })
  expect(recorded.length).toBeGreaterThan(100)
}, 60_000)

it('and through OTLP', async () => {
  await inEachForm('otlp', async (text) => {
    const attribute = (key: string) => ({ key, value: { stringValue: text } })
    const logRecord = {
      timeUnixNano: `${Date.now()}000000`,
      body: { stringValue: text },
      severityText: text,
      eventName: text,
      attributes: [
        attribute('note'),
        attribute('user.id'),
        attribute('client.address'),
        attribute('holdfast.kind'),
        attribute('holdfast.resource.id'),
        attribute(text),
      ],
    }
    const scopeLogs = [{ scope: { name: text, version: text }, logRecords: [logRecord] }]
    const { status } = await server.call('POST', '/otlp/v1/logs', {
      resourceLogs: [{ resource: { attributes: [attribute('service.name')] }, scopeLogs }],
    })
    expect(status).toBe(200)
  })
}, 60_000)

it('and through everything that a request has', async () => {
  const send = (path: string, init: RequestInit = {}) =>
    fetch(`${server.url}${path}`, { redirect: 'manual', ...init }).then((response) => response.text())
  await inEachForm('request', async (text) => {
    const ascii = encodeURIComponent(text)
    await send(`/api/v1/people?query=${ascii}&access_token=${ascii}`, { headers: bearer() })
    await send(`/api/v1/people/${ascii}`, { headers: bearer() })
    await send(`/no/such/${ascii}?token=${ascii}`)
    await send('/api/v1/people', { headers: { authorization: `Bearer ${ascii}` } })
    await send('/api/v1/people', { headers: { authorization: `Basic ${ascii}` } })
    await send('/api/v1/people', { headers: { cookie: `__Host-holdfast=${ascii}` } })
    await send('/api/v1/people', {
      headers: {
        ...bearer(),
        'user-agent': ascii,
        'x-request-id': ascii,
        'x-forwarded-for': ascii,
        referer: `https://a.example/?x=${ascii}`,
      },
    })
    await send('/api/v1/people', {
      method: 'POST',
      headers: { ...bearer(), 'content-type': 'application/json' },
      body: `{"email":"${ascii}", broken`,
    })
    await send('/api/v1/people', { method: 'POST', headers: { ...bearer(), 'content-type': ascii }, body: ascii })
    await send('/api/v1/groups', {
      method: 'POST',
      headers: { ...bearer(), 'content-type': 'application/json' },
      body: JSON.stringify({ id: ascii, name: 'x', [ascii]: ascii }),
    })
    await send('/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `username=${ascii}&password=${ascii}`,
    })
  })
  // A fault, whose error tells what the database was given.
  await send(`/api/v1/events/${randomUUID()}?${encodeURIComponent(card('fault'))}`, { headers: bearer() })
  await admin.query('ALTER TABLE people RENAME TO people_away')
  await send(`/api/v1/people?query=${card('fault')}&token=${token('fault')}`, { headers: bearer() })
  await admin.query('ALTER TABLE people_away RENAME TO people')
}, 60_000)

function plain(place: string): string {
  return `plain words at ${place}`
}

function bearer(): Record<string, string> {
  return { authorization: `Bearer ${installed.token()}` }
}

/** Where secrets came through. */
function foundIn(text: string): string[] {
  return planted
    .filter(({ needles }) =>
      needles.some((needle) => text.includes(needle) || text.includes(encodeURIComponent(needle))),
    )
    .map(({ where }) => where)
}

it('no event that can be read again has one, though all that is none is there', async () => {
  const shown: string[] = []
  for (const format of ['', '&format=ocsf']) {
    for (let next = '', page = 0; page < 30; page += 1) {
      const { status, json } = await server.call(
        'GET',
        `/api/v1/events?limit=100${format}${next === '' ? '' : `&cursor=${next}`}`,
      )
      expect(status).toBe(200)
      shown.push(JSON.stringify(json))
      if (json['next'] === null) break
      next = json['next'] as string
    }
  }
  const text = shown.join('\n')
  for (const place of Object.keys(PLACES)) expect(text).toContain(plain(place))
  expect(text.split('[redacted:').length).toBeGreaterThan(recorded.length)
  expect(foundIn(text)).toEqual([])
}, 60_000)

it('no row of any table has one', async () => {
  const { rows: tables } = await admin.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  )
  expect(tables.length).toBeGreaterThan(20)
  await server.call('POST', '/api/v1/groups', { id: 'planted-group', name: plain('group') })
  let all = ''
  for (const { name } of tables) {
    const { rows } = await admin.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`)
    const text = rows.map(({ row }) => row).join('\n')
    const bytes = text.replace(/\\\\x([0-9a-f]+)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1'))
    expect([name, ...foundIn(text + bytes)]).toEqual([name])
    all += text
  }
  expect(all).toContain('planted-group')
}, 60_000)

it('no line of the log of the process has one', async () => {
  await server.stop()
  const log = readFileSync(server.logFile, 'utf8')
  expect(log.split('\n').length).toBeGreaterThan(200)
  // The fault is there, with the error of the database.
  expect(log).toMatch(/a request failed/)
  expect(log).toMatch(/relation .{1,40}people.{1,40} does not exist/)
  expect(foundIn(log)).toEqual([])
}, 60_000)
