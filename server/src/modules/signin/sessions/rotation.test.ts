import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { hashSecret } from '../../../platform/random.ts'
import { type Installation, installation, type OwnProcess } from '../../../testing/own-process.ts'
import { quickSignIn } from '../../../testing/visitor.ts'

/** Two control planes over one database; what is due is made due there. */
let both: Installation
let one: OwnProcess
let two: OwnProcess
let admin: Client

const email = 'ada@shop.example'
const password = 'gravel teapot Ada 71 invoice'
let ada = ''

beforeAll(async () => {
  both = await installation(inject('postgresUrl'), 'here')
  const settings = {
    ...quickSignIn,
    HOLDFAST_SIGNIN_THROTTLE_ACCOUNT_FREE: '100',
    HOLDFAST_SIGNIN_SESSIONS_MOST: '4',
    HOLDFAST_SIGNIN_SESSIONS_WHEN_FULL: 'deny',
  }
  one = await both.start(settings)
  two = await both.start(settings)
  admin = new Client({ connectionString: both.databaseUrl })
  await admin.connect()
  const { json } = await one.call('POST', '/api/v1/people', { email, name: 'Ada', password })
  ada = json['id'] as string
})

afterAll(async () => {
  await admin.end()
  await both.close()
})

const tokenIn = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((line) => /^__Host-holdfast=([^;]+); Path=\/; Secure; HttpOnly; SameSite=Lax$/.exec(line)?.[1])
    .find((token) => token !== undefined)

const attempt = (at: OwnProcess) =>
  fetch(`${at.url}/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ username: email, password }).toString(),
    redirect: 'manual',
  })

async function signIn(): Promise<string> {
  await admin.query("UPDATE sessions SET ended_at = now(), end_reason = 'test' WHERE ended_at IS NULL")
  await admin.query('DELETE FROM sign_in_throttles')
  const token = tokenIn((await attempt(one)).headers)
  if (token === undefined) throw new Error('no session')
  return token
}

const use = async (token: string, at = one) => {
  const { status, headers, json } = await at.call('GET', '/api/v1/me', undefined, {
    cookie: `__Host-holdfast=${token}`,
  })
  return { status, next: tokenIn(headers), code: json['code'] }
}

const row = async (token: string) => {
  const { rows } = await admin.query<{ id: string; token_hash: Buffer; next_hash: Buffer | null }>(
    'SELECT id, token_hash, next_hash FROM sessions WHERE $1 IN (token_hash, next_hash, prior_hash)',
    [hashSecret(token)],
  )
  return rows[0]
}
const makeDue = () =>
  admin.query("UPDATE sessions SET rotated_at = rotated_at - interval '16 minutes' WHERE ended_at IS NULL")
const endOverlap = () =>
  admin.query("UPDATE sessions SET prior_until = now() - interval '1 second' WHERE prior_until IS NOT NULL")
const reuses = async () => (await admin.query("SELECT 1 FROM events WHERE kind = 'session.token_reused'")).rowCount ?? 0

describe('the token of a session', () => {
  it('stays until it is due, is replaced then, and the old one goes a while after the new one was seen', async () => {
    const first = await signIn()
    expect(await use(first)).toEqual({ status: 200, next: undefined, code: undefined })
    await makeDue()
    const { next } = await use(first)
    expect(next).toMatch(/^hfs_[\w-]{43}$/)
    expect(next).not.toBe(first)
    // The answer was lost: the browser has the old one only, and is given the same again.
    expect(await use(first, two)).toEqual({ status: 200, next, code: undefined })
    expect(await use(next ?? '')).toEqual({ status: 200, next: undefined, code: undefined })
    // Requests that were under way with the old one.
    expect(await use(first, two)).toEqual({ status: 200, next: undefined, code: undefined })
    const before = await reuses()
    await endOverlap()
    expect(await use(first)).toEqual({ status: 401, next: undefined, code: 'credential_invalid' })
    expect(await use(first, two)).toMatchObject({ status: 401 })
    expect(await reuses()).toBe(before + 1)
    expect(await use(next ?? '')).toMatchObject({ status: 200 })
  })

  it('is replaced under many requests at two control planes at once: nobody is signed out, and there is one successor', async () => {
    const token = await signIn()
    await makeDue()
    const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => use(token, at % 2 === 0 ? one : two)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const successors = new Set(answers.map(({ next }) => next))
    expect(successors.size).toBe(1)
    const [next = ''] = successors
    // The first uses of the new one, and the last of the old one, cross.
    const crossing = await Promise.all(
      Array.from({ length: 40 }, (_, at) => use(at % 4 < 2 ? next : token, at % 2 === 0 ? one : two)),
    )
    expect(crossing.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200))
    expect((await row(next))?.token_hash).toEqual(hashSecret(next))
  })

  it('the twin that gives everybody a token of their own signs all out but one', async () => {
    const token = await signIn()
    const { id = '' } = (await row(token)) ?? {}
    const clients = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const client = new Client({ connectionString: both.databaseUrl })
        await client.connect()
        return client
      }),
    )
    const given = await Promise.all(
      clients.map(async (client) => {
        const { rows } = await client.query('SELECT 1 FROM sessions WHERE id = $1 AND token_hash = $2', [
          id,
          hashSecret(token),
        ])
        await client.query('SELECT pg_sleep(0.05)')
        const own = `hfs_${randomBytes(32).toString('base64url')}`
        if (rows.length > 0)
          await client.query('UPDATE sessions SET token_hash = $2 WHERE id = $1', [id, hashSecret(own)])
        return own
      }),
    )
    await Promise.all(clients.map((client) => client.end()))
    const statuses = await Promise.all(given.map(async (own) => (await use(own)).status))
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  })

  it('is replaced when its person comes into a group', async () => {
    const token = await signIn()
    expect((await use(token)).next).toBeUndefined()
    await one.call('POST', '/api/v1/groups', { id: 'ring', name: 'Ring' })
    const joined = await one.call('PATCH', `/api/v1/people/${ada}`, { groups: ['ring'] })
    expect(joined.status, JSON.stringify(joined.json)).toBe(200)
    const { next } = await use(token, two)
    expect(next).toBeDefined()
    expect(await use(next ?? '')).toEqual({ status: 200, next: undefined, code: undefined })
  })

  it('is refused when it occurs twice, and never replaced for who sends it as a bearer', async () => {
    const token = await signIn()
    await makeDue()
    const bearer = await one.call('GET', '/api/v1/me', undefined, { authorization: `Bearer ${token}` })
    expect([bearer.status, tokenIn(bearer.headers)]).toEqual([200, undefined])
    const tossed = await one.call('GET', '/api/v1/me', undefined, {
      cookie: `__Host-holdfast=${token}; __Host-holdfast=hfs_${'A'.repeat(43)}`,
    })
    expect(tossed.status).toBe(401)
  })

  it('that goes with a sign-out is not set again', async () => {
    const token = await signIn()
    await makeDue()
    const answer = await fetch(`${one.url}/sign-out`, {
      method: 'POST',
      headers: { cookie: `__Host-holdfast=${token}`, 'sec-fetch-site': 'same-origin' },
      redirect: 'manual',
    })
    const cookies = answer.headers.getSetCookie().filter((line) => line.startsWith('__Host-holdfast='))
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatch(/^__Host-holdfast=;.*Max-Age=0$/)
  })
})

describe('the limit of sign-ins', () => {
  const live = async () =>
    (await admin.query('SELECT 1 FROM sessions WHERE person_id = $1 AND ended_at IS NULL', [ada])).rowCount

  it('holds for many sign-ins at two control planes at once', async () => {
    await signIn()
    await admin.query('DELETE FROM sign_in_throttles')
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => attempt(at % 2 === 0 ? one : two)))
    expect(answers.filter(({ status }) => status === 303).length).toBe(3)
    expect(await live()).toBe(4)
    const { rows } = await admin.query(
      "SELECT 1 FROM events WHERE kind = 'session.refused' AND reason = 'sessions_too_many'",
    )
    expect(rows).toHaveLength(answers.filter(({ status }) => status === 409).length)
  })

  it('the twin that counts without the lock lets more in', async () => {
    const { id = '' } = (await row(await signIn())) ?? {}
    const columns = await admin.query<{ name: string }>(
      "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'sessions'::regclass AND attnum > 0 AND NOT attisdropped",
    )
    const copied = columns.rows.map(({ name }) => name).filter((name) => !['id', 'token_hash'].includes(name))
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const client = new Client({ connectionString: both.databaseUrl })
        await client.connect()
        await client.query('BEGIN')
        const { rows } = await client.query<{ count: number }>(
          'SELECT count(*)::int AS count FROM sessions WHERE person_id = $1 AND ended_at IS NULL',
          [ada],
        )
        await client.query('SELECT pg_sleep(0.1)')
        if ((rows[0]?.count ?? 0) < 4) {
          await client.query(
            `INSERT INTO sessions (id, token_hash, ${copied.join(', ')})
             SELECT gen_random_uuid(), $2, ${copied.join(', ')} FROM sessions WHERE id = $1`,
            [id, randomBytes(32)],
          )
        }
        await client.query('COMMIT')
        await client.end()
      }),
    )
    expect(await live()).toBeGreaterThan(4)
  })
})

describe('other settings', () => {
  let third: OwnProcess

  beforeAll(async () => {
    third = await both.start({
      ...quickSignIn,
      HOLDFAST_SIGNIN_SESSIONS_MOST: '2',
      HOLDFAST_SIGNIN_SESSIONS_REUSED_TOKEN: 'end',
      HOLDFAST_SIGNIN_THROTTLE_ACCOUNT_FREE: '100',
    })
  })

  it('one sign-in too many ends the one that was used longest ago', async () => {
    const oldest = await signIn()
    const kept = tokenIn((await attempt(one)).headers) ?? ''
    await admin.query("UPDATE sessions SET last_seen_at = last_seen_at - interval '1 hour' WHERE token_hash = $1", [
      hashSecret(oldest),
    ])
    const newest = tokenIn((await attempt(third)).headers) ?? ''
    expect([(await use(oldest)).status, (await use(kept)).status, (await use(newest)).status]).toEqual([401, 200, 200])
  })

  it('a replaced token that comes back ends the session of both who have it', async () => {
    const stolen = await signIn()
    await makeDue()
    const { next = '' } = await use(stolen)
    expect((await use(next)).status).toBe(200)
    await endOverlap()
    expect((await use(stolen, third)).status).toBe(401)
    expect((await use(next)).status).toBe(401)
    const { rows } = await admin.query('SELECT end_reason FROM sessions WHERE $1 IN (token_hash, prior_hash)', [
      hashSecret(next),
    ])
    expect(rows).toEqual([{ end_reason: 'token_reused' }])
  })
})
