import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Creation, softAuthenticator } from '../../../testing/authenticator.ts'
import { recoveryCodesOn, showPasskey } from '../../../testing/factors.ts'
import { letterTo, lettersTo, linkIn } from '../../../testing/mailbox.ts'
import { addPerson, eventsOf, quickSignIn, signInAs, type Visitor, visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { type FakeUpstream, startUpstream } from '../federation/testing/upstream.ts'

let whole: WholeServer
let upstream: FakeUpstream

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  upstream = await startUpstream()
  const connection = {
    id: 'corp',
    name: 'Corp',
    issuer: upstream.issuer,
    clientId: 'holdfast',
    clientSecret: 'upstream-secret',
  }
  await whole.call('POST', '/api/v1/connections', connection)
  for (const id of ['editors', 'readers']) await whole.call('POST', '/api/v1/groups', { id, name: id })
})
afterAll(async () => {
  await upstream.close()
  await whole.close()
})

const password = 'thistle harbour lamp 42 oven'

async function invite(email: string, more: Record<string, unknown> = {}, bearer?: string) {
  const answer = await whole.call('POST', '/api/v1/invitations', { email, ...more }, bearer)
  expect(answer.status, JSON.stringify(answer.json)).toBe(201)
  const link = linkIn(await letterTo(whole, email, 'invitation'))
  return { id: answer.json['id'] as string, link, token: new URL(link, whole.url).searchParams.get('token') ?? '' }
}

const accept = (browser: Visitor, token: string, name = 'Ada Guest') =>
  browser.post('/invitation', { token, name, password })

/** A service that may do just this. */
async function helper(name: string, actions: string): Promise<{ key: string; policy: string }> {
  const made = await whole.call('POST', '/api/v1/services', { name })
  const { key, service } = made.json as { key: string; service: { id: string } }
  const text = `permit(principal == Service::"${service.id}", action in [${actions}], resource);`
  const written = await whole.call('PUT', `/api/v1/applications/holdfast/policies/${name}`, { text })
  expect(written.status, JSON.stringify(written.json)).toBeLessThan(300)
  return { key, policy: name }
}

describe('an invitation', () => {
  test('makes its address a person, in its groups, verified and signed in', async () => {
    const { link, token, id } = await invite('ada@guest.example', { groups: ['editors'] })
    const browser = visitor(whole.url)
    expect((await browser.get(link)).text).toContain('ada@guest.example')
    const accepted = await accept(browser, token)
    expect(accepted.status, accepted.text).toBe(303)
    const me = await browser.api('GET', '/api/v1/me')
    expect(me.json).toMatchObject({ name: 'Ada Guest', email: 'ada@guest.example', groups: ['editors'] })
    const { id: person } = me.json['principal'] as { id: string }
    expect((await whole.call('GET', `/api/v1/people/${person}`)).json['emailVerifiedAt']).not.toBeNull()
    const list = await whole.call('GET', '/api/v1/invitations')
    expect((list.json['items'] as { id: string }[]).find((one) => one.id === id)).toMatchObject({
      state: 'accepted',
      person,
    })
    expect((await browser.get(link)).status).toBe(410)
    expect((await whole.call('POST', '/api/v1/invitations', { email: 'ADA@guest.example' })).status).toBe(409)
  })

  test('is accepted once: of fifty at once one becomes the person', async () => {
    const { token } = await invite('bea@guest.example')
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => accept(visitor(whole.url), token, `Bea ${at}`)),
    )
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
    expect(answers.every(({ status }) => [303, 410, 429, 503].includes(status))).toBe(true)
    const people = await whole.call('GET', '/api/v1/people?query=bea@guest.example')
    expect(people.json['items']).toHaveLength(1)
  })

  test('is void when it is taken back, and its old link when it is sent again', async () => {
    const first = await invite('cleo@guest.example')
    expect((await whole.call('POST', '/api/v1/invitations', { email: 'Cleo@guest.example' })).status).toBe(409)
    const resent = await whole.call('POST', `/api/v1/invitations/${first.id}/resend`)
    expect(resent.status).toBe(200)
    expect((await accept(visitor(whole.url), first.token)).status).toBe(410)
    const link = linkIn(await letterTo(whole, 'cleo@guest.example', 'invitation', 1))
    expect((await whole.call('DELETE', `/api/v1/invitations/${first.id}`)).status).toBe(200)
    expect((await whole.call('DELETE', `/api/v1/invitations/${first.id}`)).status).toBe(404)
    const token = new URL(link, whole.url).searchParams.get('token') ?? ''
    expect((await accept(visitor(whole.url), token)).status).toBe(410)
    // Room for another one.
    await invite('cleo@guest.example')
  })

  test('gives no more than its inviter may give when it is accepted', async () => {
    const members = await helper('inviter', 'Action::"createInvitation", Action::"changeMembers"')
    const { token } = await invite('dora@guest.example', { groups: ['editors'] }, members.key)
    expect((await whole.call('DELETE', `/api/v1/applications/holdfast/policies/${members.policy}`)).status).toBe(200)
    const refused = await accept(visitor(whole.url), token)
    expect(refused.status).toBe(410)
    expect(await eventsOf(whole, 'invitation.accepted')).toContainEqual(
      expect.objectContaining({ outcome: 'refused', reason: 'inviter_lost_right' }),
    )
    // By way of a provider neither.
    const browser = visitor(whole.url)
    upstream.account = { sub: 'dora-there' }
    const gone = await browser.get(`/sign-in/with/corp?invitation=${token}`)
    const back = await browser.get(await upstream.visit(gone.headers.get('location') ?? ''))
    expect(back.status).toBe(410)
  })

  test('cannot give a group that its inviter may not give', async () => {
    const narrow = await helper('narrow', 'Action::"createInvitation"')
    const body = { email: 'edda@guest.example', groups: ['admins'] }
    expect((await whole.call('POST', '/api/v1/invitations', body, narrow.key)).status).toBe(403)
    expect((await whole.call('POST', '/api/v1/invitations', { email: body.email }, narrow.key)).status).toBe(201)
    const unknown = await whole.call('POST', '/api/v1/invitations', {
      email: 'x@guest.example',
      groups: ['unheard-of'],
    })
    expect(unknown.status).toBe(422)
    const person = await addPerson(whole, 'Ordinary')
    const browser = await signInAs(whole.url, person)
    expect((await browser.api('POST', '/api/v1/invitations', { email: 'y@guest.example' })).status).toBe(403)
    expect((await browser.api('GET', '/api/v1/invitations')).status).toBe(403)
    expect(await lettersTo(whole, 'y@guest.example')).toEqual([])
  })

  test('leaves everything as it was when the password is weak', async () => {
    const { token } = await invite('finn@guest.example')
    const weak = await visitor(whole.url).post('/invitation', { token, name: 'Finn', password: 'short' })
    expect(weak.status).toBe(422)
    expect((await visitor(whole.url).post('/invitation', { token, name: '', password })).status).toBe(422)
    expect((await accept(visitor(whole.url), token)).status).toBe(303)
  })

  test('can be accepted with an account elsewhere, which is linked by it', async () => {
    const { token } = await invite('greta@guest.example', { groups: ['readers'] })
    const browser = visitor(whole.url)
    const page = await browser.get(`/invitation?token=${token}`)
    expect(page.text).toContain('Accept with Corp')
    upstream.account = { sub: 'greta-there', email: 'other@elsewhere.example', name: 'Greta There' }
    const gone = await browser.get(`/sign-in/with/corp?invitation=${token}`)
    const landed = await browser.get(await upstream.visit(gone.headers.get('location') ?? ''))
    expect(landed.status, landed.text).toBe(303)
    expect((await browser.api('GET', '/api/v1/me')).json).toMatchObject({
      email: 'greta@guest.example',
      name: 'Greta There',
      groups: ['readers'],
    })
    // An account that is somebody's already joins nobody else, and the invitation stays open.
    const second = await invite('hana@guest.example')
    const thief = visitor(whole.url)
    const again = await thief.get(`/sign-in/with/corp?invitation=${second.token}`)
    expect((await thief.get(await upstream.visit(again.headers.get('location') ?? ''))).status).toBe(409)
    expect((await accept(visitor(whole.url), second.token)).status).toBe(303)
  })

  test('can be accepted with a passkey, and no password at all', async () => {
    const { token } = await invite('jana@guest.example', { groups: ['readers'] })
    const browser = visitor(whole.url)
    expect((await browser.get(`/invitation?token=${token}`)).text).toContain('Accept with a passkey')
    const authenticator = softAuthenticator({ origin: whole.url })
    const sameOrigin = { 'sec-fetch-site': 'same-origin' }
    const begin = (body: Record<string, string>) => browser.api('POST', '/invitation/passkey/options', body, sameOrigin)
    expect((await begin({ token: `hfv_${'A'.repeat(43)}`, called: 'Jana' })).status).toBe(410)
    const options = await begin({ token, called: 'Jana' })
    expect(options.status, JSON.stringify(options.json)).toBe(200)
    const credential = JSON.stringify(authenticator.create(options.json as unknown as Creation))
    // Not with the challenge of another invitation.
    const other = await invite('kaja@guest.example')
    const stolen = await visitor(whole.url).post('/invitation/passkey', {
      token: other.token,
      called: 'Kaja',
      credential,
    })
    expect(stolen.status).toBe(422)
    const accepted = await browser.post('/invitation/passkey', { token, called: 'Jana', credential })
    expect(accepted.status, accepted.text).toBe(200)
    expect(recoveryCodesOn(accepted).length).toBeGreaterThan(0)
    expect((await browser.api('GET', '/api/v1/me')).json).toMatchObject({
      email: 'jana@guest.example',
      groups: ['readers'],
    })
    const again = visitor(whole.url)
    expect((await showPasskey(again, authenticator)).status).toBe(303)
    expect((await again.api('GET', '/api/v1/me')).json).toMatchObject({ name: 'Jana' })
    expect((await browser.post('/invitation/passkey', { token, called: 'Jana', credential })).status).toBe(410)
  })

  test('made up, of another shape, or from another site is refused', async () => {
    const { token } = await invite('ilse@guest.example')
    for (const wrong of ['', `hfv_${'A'.repeat(43)}`, `hfl_${token.slice(4)}`, 'x'.repeat(5000)]) {
      expect((await visitor(whole.url).get(`/invitation?token=${wrong}`)).status).toBe(410)
      expect((await accept(visitor(whole.url), wrong)).status).toBe(410)
    }
    const cross = await visitor(whole.url).post(
      '/invitation',
      { token, name: 'X', password },
      { 'sec-fetch-site': 'cross-site' },
    )
    expect(cross.status).toBe(403)
  })
})
