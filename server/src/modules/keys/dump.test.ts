import { createHash } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { manifests } from '../../modules.ts'
import { platformTables } from '../../platform/tables.ts'
import { addPerson, quickSignIn, setupSecret, signInAs, visitor } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

/*
 * What a thief of the database reads: every row of every table as text, after people, secrets, addresses and card numbers
 * went in through every door of the real API.
 */
let whole: WholeServer
let admin: Client
/** what must not be found, by what it is */
const planted = new Map<string, string>()

const address = '203.0.113.77'
const userAgent = 'PlantedBrowser/77 (of nobody else)'
const card = '4929 1234 5678 9122'

function plant(what: string, value: string): string {
  planted.set(what, value)
  return value
}

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), {
    ...quickSignIn,
    HOLDFAST_HTTP_TRUSTED_PROXIES: '["127.0.0.1"]',
  })
  admin = new Client({ connectionString: whole.databaseUrl })
  await admin.connect()
  await seed()
})
afterAll(async () => {
  await admin.end()
  await whole.close()
})

async function api(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const { status, json } = await whole.call(method, path, body)
  if (status >= 300) throw new Error(`${method} ${path} was answered ${status}: ${JSON.stringify(json)}`)
  return json
}

async function seed(): Promise<void> {
  for (const [what, value] of Object.entries({
    address,
    'user agent': userAgent,
    'card number': card.replaceAll(' ', ''),
  }))
    plant(what, value)
  plant('bootstrap token', whole.token)
  plant('set-up secret', setupSecret(whole.dataDir))

  // A person who signs in, fails to, is renamed, is looked for.
  const zoe = await addPerson(whole, 'Zoequackenbush', ['admins'])
  plant('e-mail', zoe.email)
  plant('password', zoe.password)
  plant('first name', 'Zoequackenbush')
  await api('PATCH', `/api/v1/people/${zoe.id}`, { name: plant('name', 'Zoë Quáckenbush-Planted') })
  const browser = await signInAs(whole.url, zoe)
  plant('session', browser.session ?? '')
  const from = { 'user-agent': userAgent, 'x-forwarded-for': address }
  const stranger = visitor(whole.url)
  const wrong = {
    username: plant('unknown e-mail', 'nobody.planted@elsewhere.example'),
    password: plant('wrong password', 'hunter2-planted-77'),
  }
  await stranger.post('/sign-in', wrong, from)
  await stranger.post(
    '/sign-in',
    { username: zoe.email, password: plant('mistyped password', 'gravel teapto planted 71') },
    from,
  )
  await stranger.post('/sign-in', { username: zoe.email, password: zoe.password }, from)
  await stranger.api('GET', '/api/v1/me', undefined, from)
  await browser.api('GET', `/api/v1/people?query=${encodeURIComponent('Quáckenbush')}`)
  await fetch(`${whole.url}/api/v1/people`, {
    headers: {
      authorization: `Bearer ${plant('forged credential', `hfk_${'planted77'.repeat(5)}abcd`.slice(0, 47))}`,
      ...from,
    },
  })

  // A service with its key, and an application that reports.
  await api('POST', '/api/v1/applications', { id: 'shop', name: 'Shop', hosts: ['shop.localhost:7480'] })
  const made = await api('POST', '/api/v1/services', { name: 'shop', application: 'shop' })
  plant('service key', String(made['key']))
  const data = {
    note: `paid with ${card}`,
    password: plant('password in an event', 'correct-horse-planted'),
    token: plant('token in an event', `ghp_${'Planted77'.repeat(4)}`),
    customer: plant('customer', 'Bartholomew Plantedson'),
  }
  await api('POST', '/api/v1/events', {
    kind: 'order.paid',
    actor: { type: 'Person', id: zoe.id, name: 'Zoë Quáckenbush-Planted' },
    resource: { type: 'Order', id: '7' },
    source: { address, userAgent },
    data,
    personal: [{ field: '/data/customer', subject: null }],
  })
  const edge = { id: '01900000-0000-7000-8000-0000000000ed', time: new Date().toISOString(), kind: 'order.refused' }
  const event = {
    ...edge,
    outcome: 'refused',
    actor: { type: 'Person', id: zoe.id },
    resource: null,
    application: 'shop',
    reason: null,
    source: { address, userAgent },
    requestId: null,
    data,
  }
  const answer = await whole.call('POST', '/api/v1/edge/events', { events: [event] }, String(made['key']))
  expect(answer.json).toEqual({ accepted: 1 })

  // What operators keep about the log.
  await api('POST', '/api/v1/ledger/holds', { reason: plant('reason of a hold', 'Plantedson versus the shop') })
  await api('POST', '/api/v1/ledger/searches', {
    name: plant('name of a search', 'what Zoequackenbush did'),
    filter: { query: 'Zoequackenbush', address },
  })
  await api('POST', '/api/v1/sinks', {
    name: 'collector',
    kind: 'otlp',
    settings: { url: 'https://collector.example/v1/logs' },
    secrets: { headers: { 'x-key': plant('secret of a sink', 'sink-secret-planted-77') } },
  })
}

/** Every row as PostgreSQL writes it: bytes in hexadecimal digits. */
async function dump(): Promise<Map<string, string>> {
  const { rows: tables } = await admin.query<{ name: string }>(
    "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
  )
  const texts = new Map<string, string>()
  for (const { name } of tables) {
    const { rows } = await admin.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`)
    texts.set(name, rows.map(({ row }) => row).join('\n'))
  }
  return texts
}

/** The forms in which a text may lie in a row: as it is, as JSON, in hexadecimal digits, in base64 at any offset, hashed without a key. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value)
  const base64 = [0, 1, 2].map((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '')
    return shifted.slice(shift === 0 ? 0 : shift + 1, -1)
  })
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    bytes.toString('hex'),
    Buffer.from(value, 'utf16le').toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    ...base64.map((text) => Buffer.from(text).toString('hex')),
  ]
}

function find(tables: ReadonlyMap<string, string>, values: Iterable<[string, string]>): string[] {
  const found: string[] = []
  for (const [name, text] of tables) {
    const folded = text.toLowerCase()
    for (const [what, value] of values) {
      if (formsOf(value).some((form) => folded.includes(form.toLowerCase()))) found.push(`${what} in ${name}`)
    }
  }
  return found
}

describe('a raw dump of the database', () => {
  it('holds nothing of what was planted', async () => {
    const tables = await dump()
    expect(tables.size).toBeGreaterThan(25)
    expect(planted.size).toBeGreaterThan(18)
    expect([...planted].filter(([, value]) => value.length < 8)).toEqual([])
    expect(find(tables, planted)).toEqual([])
    // Parts of them neither: the spaced card, local parts, words of the name.
    expect(
      find(
        tables,
        Object.entries({ card, 'local part': 'zoequackenbush', word: 'quáckenbush', domain: 'elsewhere.example' }),
      ),
    ).toEqual([])
  })

  it('holds no hash of an e-mail address that can be made without a key', async () => {
    const tables = await dump()
    const emails = [...planted].filter(([what]) => what.includes('e-mail')).map(([, value]) => value)
    const hashes = emails.flatMap((value) =>
      ['sha1', 'sha256', 'sha512', 'md5'].map((hash): [string, string] => [
        hash,
        createHash(hash).update(value).digest('hex').slice(0, 32),
      ]),
    )
    expect(find(tables, hashes)).toEqual([])
  })

  it('would be found with it, in every form (the scanner works)', async () => {
    const forms = [
      'Zoequackenbush',
      JSON.stringify({ name: 'Zoë Quáckenbush-Planted' }),
      `\\x${Buffer.from(card.replaceAll(' ', '')).toString('hex')}`,
      Buffer.from(`xx ${whole.token} yy`).toString('base64'),
    ]
    for (const form of forms) expect(find(new Map([['planted', `(1,${form})`]]), planted)).not.toEqual([])
  })

  it('is read by the one that has the keys', async () => {
    const people = (await api('GET', '/api/v1/people'))['items'] as { email: string; name: string }[]
    expect(people).toContainEqual(expect.objectContaining({ email: planted.get('e-mail'), name: planted.get('name') }))
    const events = (await api('GET', '/api/v1/events?kind=order.paid'))['items'] as { source: object; data: object }[]
    expect(events[0]).toMatchObject({ source: { address, userAgent }, data: { customer: planted.get('customer') } })
    // What nobody should keep was scrubbed before.
    expect(JSON.stringify(events)).not.toMatch(/4929 ?1234|correct-horse|ghp_/)
  })
})

describe('every column that is declared personal or secret', () => {
  const tables = Object.assign(
    {},
    platformTables,
    ...manifests.map((manifest) => manifest.tables),
  ) as typeof platformTables

  it('is kept as it is declared, in the database as it is now', async () => {
    const controls = (await api('GET', '/api/v1/controls'))['items'] as {
      id: string
      status: string
      evidence: string
    }[]
    for (const id of ['keys.columns-kept', 'keys.wrapped', 'keys.rotated'])
      expect(controls.find((control) => control.id === id)).toMatchObject({ status: 'pass' })
  })

  it('says why, where it is readable', () => {
    const readable = Object.entries(tables).flatMap(([table, { columns }]) =>
      Object.entries<unknown>(columns).flatMap(([column, kept]) =>
        typeof kept === 'object' && kept !== null && 'kept' in kept && kept.kept === 'plain'
          ? [`${table}.${column}`]
          : [],
      ),
    )
    // Times, that say nothing without the person; the id of a passkey, by which it is looked up and which is no secret of it; and
    // what an application tells of itself, where an operator may have named a contact.
    expect(readable.toSorted()).toEqual([
      'authenticator_apps.last_used_at',
      'oauth_clients.metadata',
      'passkeys.credential_id',
      'passkeys.last_used_at',
      'people.email_verified_at',
      'people.last_sign_in_at',
      'sessions.idle_at',
      'sessions.last_seen_at',
      'upstream_identities.last_used_at',
    ])
  })
})
