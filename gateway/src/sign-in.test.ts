import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secret } from './testing/control-plane.ts'
import type { RawAnswer } from './testing/raw.ts'
import { startUpstream, startWorld, type Upstream, type World } from './testing/world.ts'

let upstream: Upstream
let world: World
beforeAll(async () => {
  upstream = await startUpstream()
  world = await startWorld({ upstream: upstream.origin, gateway: { rate: null } })
})
afterAll(async () => {
  await world.close()
  await upstream.close()
})

/** A browser's cookies at the guarded host. */
class Jar {
  readonly cookies = new Map<string, string>()
  take(answer: RawAnswer): RawAnswer {
    for (const line of answer.headers.get('set-cookie')?.split('\n') ?? []) {
      const [pair = '', ...attributes] = line.split('; ')
      expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'Secure', 'HttpOnly', 'SameSite=Lax']))
      const [name = '', value = ''] = pair.split('=', 2)
      if (attributes.includes('Max-Age=0')) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return answer
  }
  get header(): string[] {
    return this.cookies.size === 0
      ? []
      : [`Cookie: ${[...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')}`]
  }
}

async function begin(
  jar: Jar,
  back = '/orders?page=2',
): Promise<{ state: string; challenge: string; redirectUri: string }> {
  const answer = jar.take(await world.send(`GET /.holdfast/sign-in?return=${encodeURIComponent(back)}`, jar.header))
  expect(answer.status).toBe(303)
  const there = new URL(answer.headers.get('location') ?? '')
  expect(there.origin + there.pathname).toBe(`${world.controlPlane.url}/sign-in/for`)
  expect(there.searchParams.get('application')).toBe('shop')
  const get = (name: string): string => there.searchParams.get(name) ?? ''
  return { state: get('state'), challenge: get('challenge'), redirectUri: get('redirect_uri') }
}

/** What the control plane does once the person has signed in there: a code for this very sign-in. */
function issue(
  flow: { challenge: string; redirectUri: string },
  session = world.controlPlane.signIn().credential,
): string {
  const code = secret('hfc_')
  world.controlPlane.codes.set(code, { ...flow, session })
  return code
}
const callback = (jar: Jar, code: string, state: string) =>
  world.send(`GET /.holdfast/callback?code=${code}&state=${state}`, jar.header)

test('a browser without a session is sent to sign in and comes back', async () => {
  const first = await world.send('GET /orders?page=2', ['Accept: text/html,application/xhtml+xml,*/*;q=0.8'])
  expect(first.status).toBe(302)
  expect(first.headers.get('location')).toBe('/.holdfast/sign-in?return=%2Forders%3Fpage%3D2')
  const jar = new Jar()
  const flow = await begin(jar)
  expect(flow.redirectUri).toBe(`http://${world.host}/.holdfast/callback`)
  const code = issue(flow)
  const done = jar.take(await callback(jar, code, flow.state))
  expect(done.status).toBe(303)
  expect(done.headers.get('location')).toBe('/orders?page=2')
  expect([...jar.cookies.keys()]).toEqual(['__Host-holdfast'])
  expect((await world.send('GET /orders?page=2', jar.header)).status).toBe(200)
})

test('a program is told, not sent', async () => {
  for (const accept of ['*/*', 'application/json', 'application/json, text/html;q=0.5']) {
    const answer = await world.send('GET /orders', [`Accept: ${accept}`])
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toContain('Bearer')
  }
  expect((await world.send('POST /orders', ['Accept: text/html', 'Content-Length: 0'])).status).toBe(401)
})

describe('an attacker', () => {
  test('cannot make somebody finish a sign-in that another browser began', async () => {
    const attacker = new Jar()
    const flow = await begin(attacker)
    const code = issue(flow)
    const victim = new Jar()
    const answer = await callback(victim, code, flow.state)
    expect(answer.status).toBe(400)
    expect(answer.body).toContain('sign_in_invalid')
    expect(answer.headers.get('set-cookie') ?? '').not.toContain('hfs_')
    // Nor with a flow of the victim's own and the attacker's code.
    const own = await begin(victim)
    const mixed = await callback(victim, code, own.state)
    expect(mixed.status).toBe(400)
    expect(mixed.headers.get('set-cookie') ?? '').not.toContain('hfs_')
    // Nor by naming the attacker's state beside the victim's cookie.
    const another = issue(flow)
    expect((await callback(victim, another, flow.state)).status).toBe(400)
    expect(world.controlPlane.codes.has(another)).toBe(true)
  })

  test('cannot use a callback twice', async () => {
    const jar = new Jar()
    const flow = await begin(jar)
    const before = new Map(jar.cookies)
    const code = issue(flow)
    expect(jar.take(await callback(jar, code, flow.state)).status).toBe(303)
    for (const [name, value] of before) jar.cookies.set(name, value)
    expect((await callback(jar, code, flow.state)).status).toBe(400)
  })

  test('cannot send two states or two codes', async () => {
    const jar = new Jar()
    const flow = await begin(jar)
    const code = issue(flow)
    expect((await callback(jar, code, `${flow.state}&state=x`)).status).toBe(400)
    expect((await callback(jar, `${code}&code=${code}`, flow.state)).status).toBe(400)
  })

  test.each([
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    'javascript:alert(1)',
    ' /x',
    '@evil.example',
    '/.holdfast/sign-out',
    `/${'x'.repeat(2000)}`,
    '',
  ])('cannot have the browser sent to %j', async (back) => {
    const jar = new Jar()
    const flow = await begin(jar, back)
    const done = await callback(jar, issue(flow), flow.state)
    expect(done.headers.get('location')).toBe('/')
  })

  test('cannot change where the browser goes by changing the cookie', async () => {
    const jar = new Jar()
    const flow = await begin(jar, '/orders')
    for (const [name, value] of jar.cookies) {
      const [started, verifier] = value.split('.')
      jar.cookies.set(name, `${started}.${verifier}.${Buffer.from('//evil.example').toString('base64url')}`)
    }
    const done = await callback(jar, issue(flow), flow.state)
    expect(done.headers.get('location')).toBe('/')
  })
})

test('parallel tabs each finish their own sign-in; beyond five the oldest is forgotten', async () => {
  const jar = new Jar()
  const flows = []
  for (const page of [1, 2, 3]) flows.push(await begin(jar, `/orders?page=${page}`))
  expect(jar.cookies.size).toBe(3)
  for (const [index, flow] of flows.entries()) {
    const done = jar.take(await callback(jar, issue(flow), flow.state))
    expect(done.headers.get('location')).toBe(`/orders?page=${index + 1}`)
  }
  for (let i = 0; i < 9; i++) await begin(jar)
  expect([...jar.cookies.keys()].filter((name) => name.startsWith('__Host-holdfast-flow-'))).toHaveLength(5)
})

test('the challenge is the S256 of the verifier in the cookie', async () => {
  const jar = new Jar()
  const flow = await begin(jar)
  const verifier = [...jar.cookies.values()][0]?.split('.')[1] ?? ''
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(flow.challenge)
})

test('after sign-out a stolen cookie is worth nothing, at once and here already', async () => {
  const { credential } = world.controlPlane.signIn()
  const cookie = `Cookie: __Host-holdfast=${credential}`
  expect((await world.send('GET /orders', [cookie])).status).toBe(200)
  world.controlPlane.feedHeld = true
  const out = await world.send('POST /.holdfast/sign-out', [
    cookie,
    'Content-Length: 0',
    'Sec-Fetch-Site: same-origin',
    'Accept: text/html',
  ])
  expect(out.status).toBe(303)
  expect(out.headers.get('set-cookie')).toContain('__Host-holdfast=; ')
  const seen = upstream.requests.length
  const replay = await world.send('GET /orders', [cookie])
  world.controlPlane.feedHeld = false
  expect(replay.status).toBe(401)
  expect(upstream.requests.length).toBe(seen)
  const { eventId } = JSON.parse(replay.body) as { eventId: string }
  await world.controlPlane.event(({ id, reason }) => id === eventId && reason === 'unauthenticated')
})

test('signing out by a link, or from another site, does nothing', async () => {
  const { credential } = world.controlPlane.signIn()
  const cookie = `Cookie: __Host-holdfast=${credential}`
  expect((await world.send('GET /.holdfast/sign-out', [cookie])).status).toBe(405)
  const forged = await world.send('POST /.holdfast/sign-out', [
    cookie,
    'Content-Length: 0',
    'Origin: https://evil.example',
  ])
  expect(forged.status).toBe(403)
  expect((await world.send('GET /orders', [cookie])).status).toBe(200)
})

test('a sign-out that cannot end the session does not look like one', async () => {
  const { credential } = world.controlPlane.signIn()
  const cookie = `Cookie: __Host-holdfast=${credential}`
  await world.send('GET /orders', [cookie])
  world.controlPlane.broken = true
  const out = await world.send('POST /.holdfast/sign-out', [cookie, 'Content-Length: 0'])
  world.controlPlane.broken = false
  expect(out.status).toBe(503)
  expect(out.headers.has('set-cookie')).toBe(false)
})

test('the gateway keeps its own paths to itself', async () => {
  const seen = upstream.requests.length
  const { credential } = world.controlPlane.signIn()
  const cookie = [`Cookie: __Host-holdfast=${credential}`]
  expect((await world.send('GET /.holdfast/other', cookie)).status).toBe(404)
  expect((await world.send('GET /%2eholdfast/other', cookie)).status).toBe(400)
  expect(upstream.requests.length).toBe(seen)
})

test('a refusal is a page for a person, under a policy that admits no script', async () => {
  const answer = await world.send('GET /.holdfast/callback?code=x&state=<script>', ['Accept: text/html'])
  expect(answer.status).toBe(400)
  const page = await world.send('GET /.holdfast/callback?code=x&state=y', ['Accept: text/html'])
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(page.body).toContain('sign_in_invalid')
})
