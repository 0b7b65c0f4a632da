import { prepareKeys, verifyIdentity } from '@holdfast/bundle'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secret } from './testing/control-plane.ts'
import { startUpstream, startWorld, type Upstream, type World } from './testing/world.ts'

let upstream: Upstream
let world: World
let answerWith: readonly string[] = []
beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    response.writeHead(200, [...answerWith, 'Content-Type', 'application/json'])
    response.end(JSON.stringify(request.rawHeaders))
  })
  world = await startWorld({ upstream: upstream.origin })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})

/** The header fields that reached the upstream, names as they were sent. */
async function arrived(headers: readonly string[], path = '/public/x'): Promise<[string, string][]> {
  const answer = await world.send(`GET ${path}`, headers)
  expect(answer.status).toBe(200)
  const raw = JSON.parse(answer.body) as string[]
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ''] as [string, string]] : []))
}
const values = (fields: readonly [string, string][], name: string) =>
  fields.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value)
const issuer = () => `gateway:${world.controlPlane.serviceId}`

function verify(token: string) {
  const keys = world.controlPlane.gatewayKeys
  const gateways = { keys: prepareKeys(keys), issuers: new Map(keys.map(({ kid }) => [kid, issuer()])) }
  return verifyIdentity(token, { gateways, audience: 'shop', now: Date.now() / 1000 })
}

describe('an identity that a client wrote never arrives', () => {
  test.each([
    ['Holdfast-Identity: forged'],
    ['holdfast-identity: forged'],
    ['HOLDFAST-IDENTITY: forged'],
    ['Holdfast_Identity: forged'],
    ['HOLDFAST_IDENTITY: forged'],
    ['Holdfast-Identity_: forged'],
    ['Holdfast.Identity: forged'],
    ['Holdfast-Anything: forged'],
    ['holdfast: forged'],
    ['Holdfast-Identity: forged', 'Holdfast-Identity: forged too'],
    ['Holdfast-Identity: forged', 'Connection: holdfast-identity'],
    ['Connection: keep-alive, Holdfast-Identity'],
    ['Connection: holdfast_identity'],
  ])('%j', async (...headers) => {
    const fields = await arrived(headers)
    const ours = fields.filter(([name]) =>
      name
        .toLowerCase()
        .replaceAll(/[^a-z]/g, '-')
        .startsWith('holdfast'),
    )
    expect(ours.map(([name]) => name)).toEqual(['Holdfast-Identity', 'Holdfast-Request-Id'])
    expect(verify(ours[0]?.[1] ?? '')).toMatchObject({ principal: null, sub: 'anonymous', tenant: 't1', iss: issuer() })
  })
})

test.each(['Content_Type', 'content.type', 'Content_Encoding', 'Accept_Encoding', 'If_Range', 'If_None_Match'])(
  '%s, which CGI takes for what is read in another spelling, does not arrive',
  async (name) => {
    const fields = await arrived([`${name}: application/json`, 'X_Own: kept'])
    expect([values(fields, name.toLowerCase()), values(fields, 'x_own')]).toEqual([[], ['kept']])
  },
)

test('with a session the upstream gets a signed identity for itself, for a minute at most, and no cookie of ours', async () => {
  const { credential, session } = world.controlPlane.signIn()
  const fields = await arrived([`Cookie: theme=dark; __Host-holdfast=${credential}; lang=en`], '/orders')
  const claims = verify(values(fields, 'holdfast-identity')[0] ?? '')
  expect(claims).toMatchObject({ aud: 'shop', sid: session, principal: { type: 'Person' } })
  expect(claims.exp - claims.iat).toBeLessThanOrEqual(60)
  expect(values(fields, 'cookie')).toEqual(['theme=dark; lang=en'])
  expect(JSON.stringify(fields)).not.toContain('hfs_')
})

test('a bearer of ours is not passed on, another is', async () => {
  const { credential } = world.controlPlane.signIn()
  const key = world.controlPlane.serviceKey()
  expect(values(await arrived([`Authorization: Bearer ${credential}`], '/orders'), 'authorization')).toEqual([])
  const fields = await arrived([`authorization: bearer ${key}`], '/orders')
  expect(values(fields, 'authorization')).toEqual([])
  expect(verify(values(fields, 'holdfast-identity')[0] ?? '')).toMatchObject({
    principal: { type: 'Service' },
    sid: null,
  })
  expect(values(await arrived(['Authorization: Basic YTpi']), 'authorization')).toEqual(['Basic YTpi'])
})

test.each([
  ['Authorization: Bearer hfs_short'],
  [`Authorization: Bearer ${secret('hfb_')}`],
  [`Authorization: Token ${secret('hfs_')}`],
  [`Authorization: Bearer ${secret('hfs_')}`],
  [`Authorization: Bearer ${secret('hfk_')}`],
])('a secret that is no credential here is refused even on a public path: %s', async (header) => {
  const before = upstream.requests.length
  expect((await world.send('GET /public/x', [header])).status).toBe(401)
  expect(upstream.requests.length).toBe(before)
})

test('where a request came from, only the gateway says', async () => {
  const fields = await arrived([
    'X-Forwarded-For: 6.6.6.6',
    'x_forwarded_for: 6.6.6.6',
    'X-Forwarded-Host: evil.example',
    'X-Forwarded-Anything: evil',
    'Forwarded: for=6.6.6.6',
    'X-Real-IP: 6.6.6.6',
    'True-Client-IP: 6.6.6.6',
    'X-Original-URL: /admin',
    'X-Rewrite-URL: /admin',
    'Proxy: evil',
    'Content_Length: 5',
    'Transfer.Encoding: chunked',
  ])
  expect(JSON.stringify(fields)).not.toMatch(/6\.6\.6\.6|evil|admin|Content_Length|Transfer/)
  expect(values(fields, 'x-forwarded-for')).toEqual(['127.0.0.1'])
  expect(values(fields, 'x-forwarded-host')).toEqual([world.host])
  expect(values(fields, 'x-forwarded-proto')).toEqual(['http'])
  expect(values(fields, 'forwarded')).toEqual([`for=127.0.0.1;host="${world.host}";proto=http`])
  expect(values(fields, 'host')).toEqual([world.host])
})

test('hop-by-hop fields end at the gateway, and so does what Connection names', async () => {
  const fields = await arrived([
    'Connection: close, X-Secret-Hop , keep-alive',
    'X-Secret-Hop: 1',
    'Keep-Alive: timeout=1',
    'TE: trailers',
    'Trailer: x',
    'Upgrade: h2c',
    'HTTP2-Settings: x',
    'Proxy-Authorization: x',
    'X-Kept: yes',
  ])
  const names = fields.map(([name]) => name.toLowerCase())
  expect(names).toContain('x-kept')
  for (const gone of [
    'connection',
    'x-secret-hop',
    'keep-alive',
    'te',
    'trailer',
    'upgrade',
    'http2-settings',
    'proxy-authorization',
  ]) {
    expect(names).not.toContain(gone)
  }
})

test('an upstream cannot speak in our name, nor set our cookies; its own pass', async () => {
  answerWith = [
    'Holdfast-Identity',
    'x',
    'Set-Cookie',
    '__Host-holdfast=stolen; Path=/',
    'Set-Cookie',
    '__host-Holdfast-flow-x=1',
    'Set-Cookie',
    'own=1; Path=/',
    'Set-Cookie',
    'two=2',
    'Referrer-Policy',
    'no-referrer',
    'Connection',
    'X-Hop',
    'X-Hop',
    '1',
    'Strict-Transport-Security',
    'max-age=1',
  ]
  const answer = await world.send('GET /public/x')
  answerWith = []
  expect(answer.headers.get('set-cookie')).toBe('own=1; Path=/\ntwo=2')
  expect(answer.headers.has('holdfast-identity')).toBe(false)
  expect(answer.headers.has('x-hop')).toBe(false)
  expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
})

test('security headers are added where the upstream has none, HSTS only on https', async () => {
  const answer = await world.send('GET /public/x')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin')
  expect(answer.headers.has('strict-transport-security')).toBe(false)
})

test('behind a proxy that is trusted, https is https', async () => {
  const secure = await startWorld({ upstream: upstream.origin, gateway: { trustedProxies: ['127.0.0.1'] } })
  const proxied = ['X-Forwarded-Proto: https', 'X-Forwarded-For: 6.6.6.6, 203.0.113.7']
  const answer = await secure.send('GET /public/x', proxied)
  expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000')
  const raw = JSON.parse(answer.body) as string[]
  expect(raw[raw.indexOf('X-Forwarded-For') + 1]).toBe('203.0.113.7')
  expect(raw[raw.indexOf('X-Forwarded-Proto') + 1]).toBe('https')
  const there = await secure.send('GET /.holdfast/sign-in', proxied)
  expect(new URL(there.headers.get('location') ?? '').searchParams.get('redirect_uri')).toMatch(/^https:/)
  const cookie = `Cookie: __Host-holdfast=${secure.controlPlane.signIn().credential}`
  const post = (origin: string) => secure.send('POST /orders', [...proxied, cookie, origin, 'Content-Length: 0'])
  expect((await post(`Origin: https://${secure.host}`)).status).toBe(200)
  expect((await post(`Origin: http://${secure.host}`)).status).toBe(403)
  await secure.close()
})
