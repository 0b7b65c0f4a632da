import type { IncomingMessage } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { accessToken, dpopProof, seconds, type TestKey, testKey } from './testing/tokens.ts'
import { startUpstream, startWorld, type Upstream, type World } from './testing/world.ts'

let upstream: Upstream
let world: World
let key: TestKey
let client: TestKey
/** What the upstream answers with instead of 200. */
let challenge: string | null = null

beforeAll(async () => {
  upstream = await startUpstream((_, response) => {
    if (challenge !== null) response.writeHead(401, { 'www-authenticate': challenge })
    response.end('here')
  })
  key = testKey()
  client = testKey()
  world = await startWorld({ upstream: upstream.origin, tokenKeys: [key.jwk], gateway: { rate: null } })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})
afterEach(() => {
  challenge = null
})

const make = (claims: object = {}, by = key): string => accessToken(world.controlPlane.url, by, claims)
const bearer = (token: string): string[] => [`Authorization: Bearer ${token}`]
const html = 'Accept: text/html'
const last = (): IncomingMessage => upstream.requests.at(-1) as IncomingMessage
const identity = (): Record<string, unknown> => {
  const [, body = ''] = String(last().headers['holdfast-identity']).split('.')
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
}

describe('an access token', () => {
  test('becomes an identity for the upstream, and goes no further itself', async () => {
    const answer = await world.send('GET /orders', [...bearer(make({ acr: 'aal2', scope: 'a b' })), 'DPoP: x'])
    expect(answer.status).toBe(200)
    expect(last().headers).not.toHaveProperty('authorization')
    expect(last().headers).not.toHaveProperty('dpop')
    const proved = { sid: 's1', acr: 'aal2', amr: ['pwd'], scopes: ['a', 'b'], client: 'app' }
    expect(identity()).toMatchObject({ aud: 'shop', principal: { type: 'Person', id: 'ben' }, ...proved })
  })

  test('of a service, and for the address of the host', async () => {
    const service = { principal_type: 'Service', sub: 'robot', sid: undefined, acr: undefined, amr: undefined }
    expect((await world.send('GET /orders', bearer(make({ ...service, aud: `http://${world.host}` })))).status).toBe(
      200,
    )
    expect(identity()).toMatchObject({ principal: { type: 'Service', id: 'robot' }, sid: null, acr: null })
  })

  test.each([
    ['of another key', () => make({}, testKey()), 'invalid_token'],
    ['of another key under a known name', () => make({}, testKey(key.jwk.kid)), 'invalid_token'],
    ['for another application', () => make({ aud: 'urn:holdfast:application:bank' }), 'invalid_token'],
    ['for another host', () => make({ aud: 'http://bank.localhost:7480' }), 'invalid_token'],
    ['that has ended', () => make({ iat: seconds() - 400, exp: seconds() - 100 }), 'invalid_token'],
    ['that is bound to a key, as a bearer', () => make({ cnf: { jkt: client.thumbprint } }), 'invalid_token'],
    [
      'that is bound to a certificate that is not there',
      () => make({ cnf: { 'x5t#S256': 'a'.repeat(43) } }),
      'invalid_token',
    ],
  ])('%s is refused, told as RFC 6750 wants, and is not tried as anything else', async (_, token, error) => {
    const before = upstream.requests.length
    const cookie = `Cookie: __Host-holdfast=${world.controlPlane.signIn().credential}`
    for (const line of ['GET /orders', 'GET /public/x']) {
      const answer = await world.send(line, [...bearer(token()), cookie])
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toContain(`error="${error}"`)
      expect(answer.headers.get('www-authenticate')).toContain(
        `resource_metadata="http://${world.host}/.well-known/oauth-protected-resource"`,
      )
    }
    expect(upstream.requests.length).toBe(before)
  })

  test('of another issuer is the own affair of the application', async () => {
    const foreign = accessToken('https://login.example', key)
    expect((await world.send('GET /public/x', bearer(foreign))).status).toBe(200)
    expect(last().headers.authorization).toBe(`Bearer ${foreign}`)
    expect(identity()).toMatchObject({ principal: null })
    expect((await world.send('GET /orders', bearer(foreign))).status).toBe(401)
  })

  test('dies with its session and by its id, at once and while something runs on it', async () => {
    const one = bearer(make({ sid: 's7' }))
    const two = bearer(make({ sid: 's8', jti: 'j8' }))
    for (const request of [one, two]) expect((await world.send('GET /orders', request)).status).toBe(200)
    world.controlPlane.end('s7')
    world.controlPlane.end('j8')
    for (const request of [one, two]) {
      await expect.poll(async () => (await world.send('GET /orders', request)).status, { timeout: 60_000 }).toBe(401)
    }
  })

  test('needs its proof at every request when it is bound to a key, and each proof is good for one', async () => {
    const token = make({ cnf: { jkt: client.thumbprint } })
    const shown = (proof: string): string[] => [`Authorization: DPoP ${token}`, `DPoP: ${proof}`]
    const at = `http://${world.host}/orders`
    const proof = dpopProof(client, token, at)
    expect((await world.send('GET /orders?page=2', shown(proof))).status).toBe(200)
    expect(identity()).toMatchObject({ principal: { type: 'Person', id: 'ben' } })
    const attacks = [
      shown(proof),
      shown(dpopProof(testKey(), token, at)),
      shown(dpopProof(client, token, `http://${world.host}/other`)),
      shown(dpopProof(client, token, at.replace('http:', 'https:'))),
      shown(dpopProof(client, make(), at)),
      shown(dpopProof(client, token, at, { htm: 'POST' })),
      [`Authorization: DPoP ${token}`],
      [...shown(dpopProof(client, token, at)), `Authorization: DPoP ${token}`],
      [...shown(dpopProof(client, token, at)), `DPoP: ${dpopProof(client, token, at)}`],
    ]
    for (const attack of attacks) {
      const answer = await world.send('GET /orders', attack)
      expect(answer.status, attack.join('\n')).toBe(attack.length > 2 ? 400 : 401)
      if (answer.status === 401) {
        expect(answer.headers.get('www-authenticate')).toMatch(
          /^DPoP .*error="invalid_dpop_proof".*algs="ES256 EdDSA RS256"/,
        )
      }
    }
  })
})

test('a guarded host tells which authorization server gives tokens for it', async () => {
  const answer = await world.send('GET /.well-known/oauth-protected-resource')
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.body)).toMatchObject({
    resource: `http://${world.host}`,
    authorization_servers: [world.controlPlane.url],
    bearer_methods_supported: ['header'],
  })
  expect((await world.send('POST /.well-known/oauth-protected-resource')).status).toBe(405)
  const plain = await world.send('GET /orders')
  expect(plain.headers.get('www-authenticate')).toBe(
    `Bearer realm="holdfast", resource_metadata="http://${world.host}/.well-known/oauth-protected-resource"`,
  )
})

describe('a stronger sign-in', () => {
  const signIn = (): string[] => [`Cookie: __Host-holdfast=${world.controlPlane.signIn().credential}`, html]

  test('that the application asks a page for is where the browser goes, and comes back from', async () => {
    challenge = 'Bearer realm="shop", error="insufficient_user_authentication", acr_values="aal2", max_age="300"'
    const answer = await world.send('GET /refund?id=1', signIn())
    expect(answer.status).toBe(302)
    const there = '/.holdfast/sign-in?return=%2Frefund%3Fid%3D1&acr=aal2&max_age=300'
    expect(answer.headers.get('location')).toBe(there)
    const next = await world.send(`GET ${there}`, signIn())
    const handOff = new URL(next.headers.get('location') ?? '')
    expect([handOff.pathname, handOff.searchParams.get('acr'), handOff.searchParams.get('max_age')]).toEqual([
      '/sign-in/for',
      'aal2',
      '300',
    ])
  })

  test('that the session has shown already, or a program is asked for, is passed on as it is', async () => {
    challenge = 'Bearer error="insufficient_user_authentication", acr_values="aal1"'
    expect((await world.send('GET /refund', signIn())).status).toBe(401)
    challenge = 'Bearer error="insufficient_user_authentication", acr_values="aal2"'
    for (const [line, headers] of [
      ['POST /refund', [...signIn(), 'Sec-Fetch-Site: same-origin']],
      ['GET /refund', [...signIn().slice(0, 1), 'Accept: application/json']],
      ['GET /refund', [...bearer(make()), html]],
    ] as const) {
      const answer = await world.send(line, headers)
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, challenge])
    }
    for (challenge of [
      'Bearer error="invalid_token"',
      'Bearer error="insufficient_user_authentication", acr_values="x"',
    ]) {
      expect((await world.send('GET /refund', signIn())).status).toBe(401)
    }
  })

  test('is asked for by whatever is understood, and nothing else gets into the address', async () => {
    const answer = await world.send('GET /.holdfast/sign-in?acr=aal9&max_age=-1%26x&acr=aal2', [html])
    const there = new URL(answer.headers.get('location') ?? '')
    expect([there.searchParams.has('acr'), there.searchParams.has('max_age')]).toEqual([false, false])
  })

  test('that is demanded of a session keeps it out until it is shown, and lets it through where nobody is needed', async () => {
    const { credential, session } = world.controlPlane.signIn()
    const cookie = `Cookie: __Host-holdfast=${credential}`
    const token = bearer(make({ sid: session }))
    for (const shown of [[cookie], token]) expect((await world.send('GET /orders', shown)).status).toBe(200)
    world.controlPlane.raise(session, 'aal2')
    await expect.poll(async () => (await world.send('GET /orders', [cookie])).status, { timeout: 60_000 }).toBe(401)
    const told = await world.send('GET /orders', [cookie])
    expect(told.headers.get('www-authenticate')).toContain('error="insufficient_user_authentication"')
    expect(JSON.parse(told.body)).toMatchObject({
      code: 'insufficient_user_authentication',
      stepUp: '/.holdfast/sign-in?acr=aal2',
    })
    expect((await world.send('GET /orders', token)).status).toBe(401)
    expect((await world.send('GET /orders', bearer(make({ sid: session, acr: 'aal2' })))).status).toBe(200)
    const page = await world.send('GET /orders', [cookie, html])
    expect([page.status, page.headers.get('location')]).toEqual([302, '/.holdfast/sign-in?return=%2Forders&acr=aal2'])
    expect((await world.send('GET /public/x', [cookie])).status).toBe(200)
    expect(identity()).toMatchObject({ principal: null })
  })
})

test('an upstream that is to see the token gets it, with its proof', async () => {
  const gateway = { rate: null, forwardTokens: ['shop'] }
  const open = await startWorld({ upstream: upstream.origin, tokenKeys: [key.jwk], gateway })
  try {
    const token = accessToken(open.controlPlane.url, key)
    expect((await open.send('GET /orders', bearer(token))).status).toBe(200)
    expect(last().headers.authorization).toBe(`Bearer ${token}`)
  } finally {
    await open.close()
  }
})
