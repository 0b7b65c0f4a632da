import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { installation, type Installation, type OwnProcess } from '../../../testing/own-process.ts'
import { quickSignIn, signInAs } from '../../../testing/visitor.ts'
import { type Called, granted, plainClient, redirectUri } from '../testing/client.ts'
import { dpopKey } from '../testing/flows.ts'

/** Both open the same seal. */
const settings = {
  ...quickSignIn,
  HOLDFAST_SEAL_KIND: 'passphrase',
  HOLDFAST_SEAL_PASSPHRASE: 'gravel teapot 99 invoices',
  HOLDFAST_LOG_LEVEL: 'silent',
}
const ada = { email: 'ada@shop.example', password: 'gravel teapot Ada 71 invoice' }
const app = plainClient({ client_id: 'app' })

let house: Installation
let one: OwnProcess
let two: OwnProcess
let admin: Client

beforeAll(async () => {
  house = await installation(inject('postgresUrl'))
  one = await house.start(settings, 'one', undefined, 'here')
  two = await house.start(settings, 'two', one.url)
  admin = new Client({ connectionString: house.databaseUrl })
  await admin.connect()
  const people = await one.call('POST', '/api/v1/people', { ...ada, name: 'Ada' })
  expect(people.status, JSON.stringify(people.json)).toBe(201)
  const made = await one.call('POST', '/api/v1/applications', {
    id: 'app',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  })
  expect(made.status, JSON.stringify(made.json)).toBe(201)
}, 180_000)
afterAll(async () => {
  await admin.end()
  await house.close()
})

/** The same request, fifty times, at two control planes at once. */
const fifty = (form: Readonly<Record<string, string>>): Promise<Called[]> =>
  Promise.all(Array.from({ length: 50 }, (_, at) => app.send((at % 2 === 0 ? one : two).url, '/oauth/token', form)))

const errorsOf = (answers: readonly Called[]) => [
  ...new Set(answers.filter(({ status }) => status !== 200).map(({ json }) => json['error'])),
]

describe('fifty at two control planes', () => {
  it('exchange one code: one has tokens, and no second one is in the database', async () => {
    const { code, verifier } = await app.ask(one.url, ada)
    const answers = await fifty(app.exchange(code, verifier))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(errorsOf(answers)).toEqual(['invalid_grant'])
    const { rows } = await admin.query<{ tokens: number; refresh: number }>(`
      SELECT (SELECT count(*)::int FROM oauth_tokens) AS tokens,
        (SELECT count(*)::int FROM oauth_artifacts WHERE kind = 'RefreshToken') AS refresh`)
    expect(rows).toEqual([{ tokens: 1, refresh: 1 }])
  })

  it('use one refresh token: all have the same successor, and there is one', async () => {
    const { code, verifier } = await app.ask(one.url, ada)
    const { refresh } = granted(await app.send(one.url, '/oauth/token', app.exchange(code, verifier)))
    const answers = await fifty(app.refresh(refresh))
    expect(errorsOf(answers)).toEqual([])
    const successors = new Set(answers.map((answer) => granted(answer).refresh))
    expect(successors.size).toBe(1)
    const [successor = ''] = successors
    expect(successor).not.toBe(refresh)
    expect((await app.send(two.url, '/oauth/token', app.refresh(successor))).status).toBe(200)
  })

  it('use one refresh token after its grace: nobody has anything, and what the winner had is dead', async () => {
    const { code, verifier } = await app.ask(one.url, ada)
    const { refresh } = granted(await app.send(one.url, '/oauth/token', app.exchange(code, verifier)))
    const winner = granted(await app.send(one.url, '/oauth/token', app.refresh(refresh)))
    await admin.query("UPDATE oauth_artifacts SET consumed_at = consumed_at - interval '11 seconds'")
    const answers = await fifty(app.refresh(refresh))
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(400))
    expect(errorsOf(answers)).toEqual(['invalid_grant'])
    expect((await app.send(two.url, '/oauth/token', app.refresh(winner.refresh))).json['error']).toBe('invalid_grant')
    const { rows } = await admin.query<{ reason: string }>(
      'SELECT DISTINCT revoke_reason AS reason FROM oauth_grants WHERE id = (SELECT grant_id FROM oauth_tokens ORDER BY issued_at DESC LIMIT 1)',
    )
    expect(rows).toEqual([{ reason: 'refresh_reused' }])
  })

  it('use one pushed request: one has a code', async () => {
    const browser = await signInAs(one.url, ada)
    const pushed = await app.send(one.url, '/oauth/par', {
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    })
    expect(pushed.status, JSON.stringify(pushed.json)).toBe(201)
    const query = new URLSearchParams({ client_id: 'app', request_uri: pushed.json['request_uri'] as string })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        fetch(`${(at % 2 === 0 ? one : two).url}/oauth/authorize?${query.toString()}`, {
          headers: { cookie: `__Host-holdfast=${browser.session}` },
          redirect: 'manual',
        }),
      ),
    )
    const codes = answers.filter(({ headers }) => headers.get('location')?.includes('code='))
    expect(codes).toHaveLength(1)
    expect(new Set(answers.filter((answer) => !codes.includes(answer)).map(({ status }) => status))).toEqual(
      new Set([400]),
    )
  })

  it('show one proof of a key: one has a token', async () => {
    const made = await one.call('POST', '/api/v1/applications', {
      id: 'robot',
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_post',
      dpop_bound_access_tokens: true,
    })
    const robot = plainClient({ client_id: 'robot', client_secret: made.json['client_secret'] as string })
    const key = dpopKey()
    const at = `${one.url}/oauth/token`
    const ask = (dpop: string, to = one) =>
      robot.send(to.url, '/oauth/token', { grant_type: 'client_credentials' }, { dpop })
    const nonce = (await ask(key.proof('POST', at))).headers.get('dpop-nonce') ?? ''
    const proof = key.proof('POST', at, nonce)
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(proof, n % 2 === 0 ? one : two)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(errorsOf(answers)).toEqual(['invalid_dpop_proof'])
    const { rows } = await admin.query("SELECT count(*)::int AS tokens FROM oauth_tokens WHERE client_id = 'robot'")
    expect(rows).toEqual([{ tokens: 1 }])
    // It is the proof that was used up, and not the key or the nonce.
    expect((await ask(key.proof('POST', at, nonce), two)).status).toBe(200)
  })

  it('end the sign-in while its code is exchanged: no token outlives it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const browser = await signInAs(one.url, ada)
      const { code, verifier } = await app.ask(one.url, ada, {}, browser)
      const [answer, ended] = await Promise.all([
        app.send(two.url, '/oauth/token', app.exchange(code, verifier)),
        browser.post('/sign-out', {}),
      ])
      expect(ended.status).toBe(303)
      if (answer.status === 200) {
        const refreshed = await app.send(one.url, '/oauth/token', app.refresh(granted(answer).refresh))
        expect(refreshed.json['error']).toBe('invalid_grant')
      }
      const { rows } = await admin.query(
        'SELECT 1 FROM oauth_tokens t JOIN sessions s ON s.id = t.session_id WHERE s.ended_at IS NOT NULL AND t.revoked_at IS NULL',
      )
      expect(rows).toEqual([])
    }
  })
})

describe('the twin that finds first and writes then', () => {
  it('gives several what one may have', async () => {
    await app.ask(one.url, ada)
    const racers = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const racer = new Client({ connectionString: house.databaseUrl })
        await racer.connect()
        return racer
      }),
    )
    // One and the same row for all: several rows could be locked in several orders.
    const newest = "kind = 'AuthorizationCode' AND consumed_at IS NULL ORDER BY created_at DESC LIMIT 1"
    const found = await Promise.all(
      racers.map((racer) => racer.query<{ id_hash: Buffer }>(`SELECT id_hash FROM oauth_artifacts WHERE ${newest}`)),
    )
    await Promise.all(
      racers.map((racer, n) =>
        racer.query('UPDATE oauth_artifacts SET consumed_at = now() WHERE id_hash = $1', [found[n]?.rows[0]?.id_hash]),
      ),
    )
    await Promise.all(racers.map((racer) => racer.end()))
    const tries = found.map(({ rowCount }) => (rowCount ?? 0) > 0)
    expect(tries.filter(Boolean).length).toBeGreaterThan(1)
  })
})
