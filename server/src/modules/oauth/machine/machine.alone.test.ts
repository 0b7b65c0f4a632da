import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { claimsOf, headOf, registered, tokenRequest } from '../testing/flows.ts'
import { type RawAnswer, rawSender } from '../testing/raw.ts'
import { createMachine } from './answer.ts'
import { type Asked, type Asker, asks } from './testing/asks.ts'

// It does what it does, and is looked at.
vi.mock('./answer.ts', { spy: true })

let whole: WholeServer
let database: Client
const sender = rawSender()
const askers: Asker[] = [{ id: 'nobody', secret: 'hfo_x' }]
const service = { grant_types: ['client_credentials'] }
/** whether the last request was answered without the library */
let alone = false

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), { ...quickSignIn, HOLDFAST_OAUTH_LIMITS_REFUSED: '1000000' })
  database = new Client({ connectionString: whole.databaseUrl })
  await database.connect()
  const [made] = vi.mocked(createMachine).mock.results
  if (made?.type !== 'return') throw new Error('the server has none')
  const answer = made.value.answer.bind(made.value)
  vi.spyOn(made.value, 'answer').mockImplementation(async (...given) => (alone = await answer(...given)))

  const code = { grant_types: ['authorization_code', 'refresh_token'] }
  await register('orders', { ...code, redirect_uris: ['https://orders.example/'] })
  await declare('orders', { 'https://orders.example/': ['read', 'write'] })
  await register('basic', { ...service, resources: [{ identifier: 'https://orders.example/', scopes: ['read'] }] })
  await declare('basic', {
    'urn:holdfast:application:basic': ['a', 'b', 'c:d'],
    'https://basic.example/api': ['a', 'x'],
  })
  await register('post', { ...service, token_endpoint_auth_method: 'client_secret_post', scope: 'a openid' })
  await register('dpop', { ...service, dpop_bound_access_tokens: true })
  const all = [...code.grant_types, 'client_credentials']
  await register('both', { grant_types: all, redirect_uris: ['https://both.example/'] })
  for (const id of ['fresh', 'stale', 'disabled']) await register(id, service)
  await change('disabled', { disabled: true })
}, 120_000)
afterAll(async () => {
  sender.close()
  await database.end()
  await whole.close()
})

async function register(id: string, metadata: object): Promise<void> {
  askers.push({ id, secret: (await registered(whole, { id, client_name: id, ...metadata })).secret ?? '' })
}

async function declare(application: string, resources: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const items = Object.entries(resources).map(([identifier, scopes]) => ({
    identifier,
    scopes: scopes.map((name) => ({ name, description: name })),
  }))
  const { status, json } = await whole.call('PUT', `/api/v1/applications/${application}/resources`, { items })
  expect(status, JSON.stringify(json)).toBe(200)
}

async function change(id: string, body: object): Promise<void> {
  const { status, json } = await whole.call('PATCH', `/api/v1/applications/${id}/clients/${id}`, body)
  expect(status, JSON.stringify(json)).toBe(200)
}

const askerOf = (id: string) => askers.find((each) => each.id === id) ?? { id, secret: '' }
const others = () => askers.filter(({ id }) => !['fresh', 'stale'].includes(id))
const known = () => ['basic', 'both', 'post'].map(askerOf)
const plain = ({ id, secret }: Asker, more = ''): Asked => ({
  headers: {
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  },
  body: `grant_type=client_credentials${more}`,
})

async function ask({ headers, body }: Asked): Promise<RawAnswer & { readonly alone: boolean }> {
  alone = false
  const answer = await sender.post(`${whole.url}/oauth/token`, headers, body)
  return { ...answer, alone }
}

/** What was notified may be heard a little later once more, and then the library is asked once more. */
const untilAlone = (asked: Asked) => expect.poll(() => ask(asked), { timeout: 60_000 }).toMatchObject({ alone: true })

/** An empty proof is none to the library, and something that only the library reads. */
const ofLibrary = ({ headers, body }: Asked): Asked => ({ headers: { dpop: '', ...headers }, body })

/** Of a flood of refusals not every one is recorded, and its page names it. */
const event = /<p class="event">.*?<\/p>|\s+/g

/** All that is told and written down, but for what no two tokens share. */
async function seen({ status, headers, text }: RawAnswer): Promise<object> {
  const { date: _, 'x-request-id': request, ...told } = headers
  const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : undefined
  const { access_token: token, ...rest } = json ?? {}
  if (typeof token !== 'string') {
    return {
      status,
      told: { ...told, 'content-length': '' },
      text: text.replaceAll(event, '').replace(String(request), ''),
    }
  }
  const { jti, iat, exp, ...claims } = claimsOf(token)
  const rows = await database.query<Record<string, Date>>('SELECT * FROM oauth_tokens WHERE jti = $1', [jti])
  const ids = await database.query<{ id: string }>('SELECT id FROM events WHERE resource_id = $1', [jti])
  const events = await (await whole.server.ready).readEvents(ids.rows.map(({ id }) => id))
  return {
    status,
    told,
    rest,
    claims,
    head: headOf(token),
    life: Number(exp) - Number(iat),
    rows: rows.rows.map(({ issued_at: from, expires_at: to, ...row }) => ({
      ...row,
      jti: row['jti'] === jti,
      life: Number(to) - Number(from),
    })),
    events: events.map(({ view }) => ({
      ...view,
      id: null,
      time: null,
      resource: view.resource?.id === jti ? view.resource?.type : 'another',
      requestId: view.requestId === request,
    })),
  }
}

describe('a token that a client gets for itself', () => {
  it('is the same with the library and without it, whatever is asked and however; so is every refusal', async () => {
    for (const asker of known()) await ask(plain(asker))
    const answered = { alone: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(asks(others(), known()), async (asked) => {
        const own = await ask(asked)
        const librarys = await ask(ofLibrary(asked))
        expect(librarys.alone).toBe(false)
        answered.alone += Number(own.alone)
        answered.refused += Number(own.status !== 200)
        expect(await seen(own)).toEqual(await seen(librarys))
      }),
      { numRuns: 250 },
    )
    expect(answered.alone).toBeGreaterThan(30)
    expect(answered.refused).toBeGreaterThan(30)
  }, 120_000)

  it('is the library’s for a client that nobody has asked with, and as soon as the client is another', async () => {
    const fresh = plain(askerOf('fresh'))
    expect(await ask(fresh)).toMatchObject({ status: 200, alone: false })
    await untilAlone(fresh)
    await change('fresh', { client_name: 'Another name' })
    expect(await ask(fresh)).toMatchObject({ status: 200, alone: false })
    await untilAlone(fresh)
    await change('fresh', { disabled: true })
    expect(await ask(fresh)).toMatchObject({ status: 401, alone: false })
  })

  it('is not written for a client that was changed while nobody heard of it', async () => {
    const stale = plain(askerOf('stale'))
    await untilAlone(stale)
    const count = async () =>
      (await database.query("SELECT count(*)::int FROM oauth_tokens WHERE client_id = 'stale'")).rows
    const before = await count()
    await database.query(
      "UPDATE oauth_clients SET disabled_at = now(), version = version + 1 WHERE client_id = 'stale'",
    )
    const others = Array.from({ length: 20 }, () => ask(plain(askerOf('basic'))))
    const [refused, ...given] = await Promise.all([ask(stale), ...others])
    expect([400, 401]).toContain(refused.status)
    expect(given.map(({ status }) => status)).toEqual(given.map(() => 200))
    expect(await count()).toEqual(before)
  })

  it('is there before its answer, one for each of many at once, and can be revoked', async () => {
    const asker = askerOf('basic')
    await ask(plain(asker))
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(plain(asker))))
    const tokens = answers.map(({ text }) => (JSON.parse(text) as { access_token: string }).access_token)
    const ids = tokens.map((token) => claimsOf(token)['jti'])
    const written = await database.query('SELECT jti FROM oauth_tokens WHERE jti = ANY($1)', [ids])
    expect(written.rowCount).toBe(40)
    const recorded = await database.query('SELECT id FROM events WHERE resource_id = ANY($1)', [ids])
    expect(recorded.rowCount).toBe(40)
    const form = { token: tokens[0] ?? '' }
    const active = async () => (await tokenRequest(whole, asker, form, { path: '/oauth/introspect' })).json['active']
    expect(await active()).toBe(true)
    await tokenRequest(whole, asker, form, { path: '/oauth/revoke' })
    expect(await active()).toBe(false)
  })
})
