import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { softAuthenticator } from '../../testing/authenticator.ts'
import { addPasskey, showPasskey } from '../../testing/factors.ts'
import { quickSignIn, visitor } from '../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'
import { makeTenant, password, personIn, type TestTenant } from './testing/tenant.ts'

// A tenant that takes no passwords: none is a way in any more, wherever somebody asks.

let whole: WholeServer
let acme: TestTenant
let boss: string
const put = (passwords: boolean) => acme.call('PUT', '/api/v1/sign-in-policy', { passwords })

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  acme = await makeTenant(whole, 'acme')
  boss = ((await acme.browser.api('GET', '/api/v1/me')).json['principal'] as { id: string }).id
}, 120_000)
afterAll(() => whole.close())

it('takes passkeys alone, and lets nobody give the last of them away', async () => {
  const bob = await personIn(acme, 'Bob')
  expect((await put(false)).json['code']).toBe('sign_in_locks_out')
  const device = softAuthenticator({ origin: whole.url })
  expect((await addPasskey(acme.browser, boss, device)).status).toBe(200)
  expect((await put(false)).json['effective']).toMatchObject({ passwords: false })

  const page = await visitor(whole.url).get('/sign-in?tenant=acme')
  expect(page.text).not.toContain('name="password"')
  const refused = await visitor(whole.url).post('/sign-in?tenant=acme', { username: bob.email, password })
  expect(refused.status).toBe(403)
  expect((await showPasskey(visitor(whole.url), device, { tenant: 'acme' })).status).toBe(303)
  // Nobody gets one either.
  const person = { email: 'new@acme.example', name: 'New', password }
  expect((await acme.call('POST', '/api/v1/people', person)).json['code']).toBe('passwords_off')

  // The password that the operator still has is no way in: the passkey is the last one.
  const factors = await acme.call('GET', `/api/v1/people/${boss}/factors`)
  const [passkey] = factors.json['passkeys'] as { id: string }[]
  const removed = await acme.call('DELETE', `/api/v1/people/${boss}/factors/${passkey?.id ?? ''}`)
  expect(removed.json['code'], JSON.stringify(removed.json)).toBe('last_way_in')
  // Of two operators one can come in: that one stays one.
  const second = await acme.call('PATCH', `/api/v1/people/${bob.id}`, { groups: ['admins'] })
  expect(second.status, JSON.stringify(second.json)).toBe(200)
  expect((await acme.call('PATCH', `/api/v1/people/${boss}`, { groups: [] })).json['code']).toBe('last_operator')

  expect((await put(true)).status).toBe(200)
  expect((await visitor(whole.url).post('/sign-in?tenant=acme', { username: bob.email, password })).status).toBe(303)
})
