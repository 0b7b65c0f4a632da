import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { addPerson, eventsOf, signInAs, visitor } from '../../../testing/visitor.ts'
import type { Account } from './testing/upstream.ts'
import { type Federated, idOf, onward, startFederated, whoIs } from './testing/world.ts'

let at: Federated

beforeAll(async () => {
  at = await startFederated(inject('postgresUrl'))
})
afterAll(() => at.close())

describe('somebody who comes by way of a provider', () => {
  test('gets an account where the connection gives them, and is the same person the next time', async () => {
    const account = at.fresh()
    const browser = visitor(at.whole.url)
    const landed = await at.come(browser, 'corp', account, '?return=/console/events')
    expect(landed.status, landed.text).toBe(303)
    expect(landed.headers.get('location')).toBe('/console/events')
    const me = await whoIs(browser)
    expect(me).toMatchObject({ name: account.name, email: account.email })

    const again = visitor(at.whole.url)
    await at.come(again, 'corp', { ...account, name: 'Renamed Person', email: 'elsewhere@corp.example' })
    const later = await whoIs(again)
    expect(later?.['principal']).toEqual(me?.['principal'])
    // The name follows the provider, the address never does.
    expect(later).toMatchObject({ name: 'Renamed Person', email: account.email })
    const [started] = await eventsOf(at.whole, 'session.started')
    expect(started?.data).toMatchObject({ amr: ['fed'], acr: 'aal1' })
    const id = await idOf(browser)
    expect((await at.whole.call('GET', `/api/v1/people/${id}`)).json).toMatchObject({
      emailVerifiedAt: expect.any(String),
    })
  })

  test('is found by subject alone: two with one address are two', async () => {
    const account = at.fresh()
    const first = visitor(at.whole.url)
    await at.come(first, 'corp', account)
    const second = visitor(at.whole.url)
    const answer = await at.come(second, 'corp', { ...account, sub: 'another-subject' })
    expect(answer.headers.get('location')).toBe('/sign-in/connect')
    expect(await whoIs(second)).toBeNull()
    expect((await second.get('/sign-in/connect')).text).toContain('Not connected yet')
  })

  test.each<[string, () => Account]>([
    ['of another domain', () => at.fresh('evil.example')],
    ['whose address is not verified', () => at.fresh('corp.example', { email_verified: false })],
    ['of whose address the provider says nothing', () => ({ sub: 'silent', email: 'silent@corp.example' })],
    ['without an address', () => ({ sub: 'nameless' })],
    ['whose address is none', () => at.fresh('corp.example', { email: 'a@b@corp.example' })],
  ])('gets no account: %s', async (_, account) => {
    const browser = visitor(at.whole.url)
    const answer = await at.come(browser, 'corp', account())
    expect(answer.headers.get('location')).toBe('/sign-in/connect')
    expect(await whoIs(browser)).toBeNull()
  })

  test('gets none where the connection gives none', async () => {
    const browser = visitor(at.whole.url)
    expect((await at.come(browser, 'closed', at.fresh())).headers.get('location')).toBe('/sign-in/connect')
    expect(await whoIs(browser)).toBeNull()
  })

  test('cannot come by a connection that is off', async () => {
    await at.connect('off', { signUp: true, enabled: false })
    expect((await visitor(at.whole.url).get('/sign-in/with/off')).status).toBe(404)
    expect((await visitor(at.whole.url).get('/sign-in/with/unheard-of')).status).toBe(404)
  })
})

describe('an address says nothing about whose an account is', () => {
  test('verified there or not: it is linked only after a sign-in as usual, and a yes', async () => {
    const ada = await addPerson(at.whole, 'Ada')
    for (const verified of [false, true]) {
      const attacker = visitor(at.whole.url)
      const answer = await at.come(attacker, 'open', {
        sub: `attacker-${verified}`,
        email: ada.email,
        email_verified: verified,
      })
      expect(answer.headers.get('location')).toBe('/sign-in/connect')
      expect(await whoIs(attacker)).toBeNull()
    }

    const browser = visitor(at.whole.url)
    await at.come(
      browser,
      'open',
      { sub: 'ada-there', email: ada.email, email_verified: true },
      '?return=/console/keys',
    )
    const page = await browser.get('/sign-in/connect')
    expect(page.text).toContain('sign in to it as you usually do')
    // Without that, a yes is no good.
    expect((await browser.post('/sign-in/connect', {})).status).toBe(400)
    const signIn = new URL(onward(page), at.whole.url)
    expect(signIn.pathname).toBe('/sign-in')
    const signedIn = await browser.post('/sign-in', {
      ...Object.fromEntries(signIn.searchParams),
      username: ada.email,
      password: ada.password,
    })
    expect(signedIn.headers.get('location')).toBe('/sign-in/connect')
    expect((await browser.get('/sign-in/connect')).text).toContain('You are signed in as <strong>Ada</strong>')
    const connected = await browser.post('/sign-in/connect', {})
    expect(connected.status, connected.text).toBe(303)
    expect(connected.headers.get('location')).toBe('/console/keys')
    // Once.
    expect((await browser.post('/sign-in/connect', {})).status).toBe(400)

    const next = visitor(at.whole.url)
    await at.come(next, 'open', { sub: 'ada-there', email: 'changed@elsewhere.example' })
    expect((await whoIs(next))?.['principal']).toEqual({ type: 'Person', id: ada.id })
    const mails = await at.whole.call('GET', `/api/v1/mailbox?to=${ada.email}`)
    expect((mails.json['items'] as { template: string }[]).map(({ template }) => template)).toContain(
      'connection-linked',
    )
  })

  test('the page is the same whether somebody has the address or not', async () => {
    const bea = await addPerson(at.whole, 'Bea')
    const pages = []
    for (const email of [bea.email, 'stranger@shop.example']) {
      const browser = visitor(at.whole.url)
      const answer = await at.come(browser, 'open', { sub: `probe ${email}`, email, email_verified: false })
      const page = await browser.get('/sign-in/connect')
      pages.push([
        answer.status,
        answer.headers.get('location'),
        page.text.replaceAll(email, 'ADDRESS').replace(/since=\d+/, ''),
      ])
    }
    expect(pages[0]).toEqual(pages[1])
  })

  test('a session from before the account was offered does not link it', async () => {
    const cleo = await addPerson(at.whole, 'Cleo')
    const browser = await signInAs(at.whole.url, cleo)
    await at.come(browser, 'closed', at.fresh())
    expect((await browser.get('/sign-in/connect')).text).toContain('Not connected yet')
    expect((await browser.post('/sign-in/connect', {})).status).toBe(400)
  })

  test('an offer is bound to the browser that it was made to', async () => {
    const dora = await addPerson(at.whole, 'Dora')
    const attacker = visitor(at.whole.url)
    await at.come(attacker, 'closed', { sub: 'attackers-own' })
    const victim = await signInAs(at.whole.url, dora)
    expect((await victim.post('/sign-in/connect', {})).status).toBe(400)
    // A page of another site cannot send the form, whatever cookies there are.
    const cross = await victim.post('/sign-in/connect', {}, { 'sec-fetch-site': 'cross-site' })
    expect(cross.status).toBe(403)
  })
})

describe('second factors', () => {
  test('a social sign-in is one factor: whoever must show two is not through', async () => {
    const operator = await addPerson(at.whole, 'Edda')
    const link = visitor(at.whole.url)
    await at.come(link, 'closed', { sub: 'edda-there' })
    const page = await link.get('/sign-in/connect')
    const signIn = new URL(onward(page), at.whole.url)
    await link.post('/sign-in', {
      ...Object.fromEntries(signIn.searchParams),
      username: operator.email,
      password: operator.password,
    })
    expect((await link.post('/sign-in/connect', {})).status).toBe(303)
    const raised = await at.whole.call('POST', `/api/v1/people/${operator.id}/require`, { acr: 'aal2', reason: 'test' })
    expect(raised.status, JSON.stringify(raised.json)).toBeLessThan(300)

    const browser = visitor(at.whole.url)
    const landed = await at.come(
      browser,
      'closed',
      { sub: 'edda-there', acr: 'urn:mfa', amr: ['mfa', 'hwk'] },
      '?return=/console/',
    )
    expect(landed.status).toBe(303)
    expect(landed.headers.get('location')).toMatch(/^\/sign-in\/(?:verify|enrol)/)
    expect(await whoIs(browser)).toBeNull()

    // A connection that is told to believe it is believed.
    expect((await at.whole.call('PATCH', '/api/v1/connections/closed', { secondFactor: ['mfa'] })).status).toBe(200)
    const trusted = visitor(at.whole.url)
    const through = await at.come(trusted, 'closed', { sub: 'edda-there', amr: ['mfa'] }, '?return=/console/')
    expect(through.headers.get('location')).toBe('/console/')
    expect(await whoIs(trusted)).toMatchObject({ name: 'Edda' })
  })
})

describe('linking and unlinking from the own account', () => {
  test('takes a session that signed in lately, and a form of this origin', async () => {
    const finn = await addPerson(at.whole, 'Finn')
    expect((await visitor(at.whole.url).post('/sign-in/link/open', {})).headers.get('location')).toMatch(/^\/sign-in/)
    const browser = await signInAs(at.whole.url, finn)
    expect((await browser.post('/sign-in/link/open', {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const leaving = await browser.post('/sign-in/link/open', { return: '/console/keys' })
    expect(leaving.status, leaving.text).toBe(200)
    const to = onward(leaving)
    expect(new URL(to).searchParams.get('prompt')).toBe('login')

    // Whoever gets hold of the way back cannot use it: it is bound to the session that asked.
    at.upstream.account = { sub: 'finn-there', email: 'finn@elsewhere.example' }
    const back = await at.upstream.visit(to)
    const stolen = visitor(at.whole.url)
    for (const [name, value] of browser.jar) stolen.jar.set(name, value)
    const other = await addPerson(at.whole, 'Greta')
    stolen.session = (await signInAs(at.whole.url, other)).session
    expect((await stolen.get(back)).status).toBe(400)

    const again = await browser.post('/sign-in/link/open', { return: '/console/keys' })
    const url = onward(again)
    const linked = await browser.get(await at.upstream.visit(url))
    expect(linked.headers.get('location'), linked.text).toBe('/console/keys')

    const list = await browser.api('GET', `/api/v1/people/${finn.id}/identities`)
    expect(list.json['items']).toMatchObject([{ label: 'finn@elsewhere.example', linkedBy: 'person' }])
    const next = visitor(at.whole.url)
    await at.come(next, 'open', at.upstream.account)
    expect((await whoIs(next))?.['principal']).toEqual({ type: 'Person', id: finn.id })

    // It cannot be somebody else's too.
    const greta = await signInAs(at.whole.url, other)
    const leave = await greta.post('/sign-in/link/open', {})
    const taken = onward(leave)
    expect((await greta.get(await at.upstream.visit(taken))).status).toBe(409)

    // Nor may others see or undo it.
    expect((await greta.api('GET', `/api/v1/people/${finn.id}/identities`)).status).toBe(403)
    const [{ id }] = list.json['items'] as [{ id: string }]
    expect((await greta.api('DELETE', `/api/v1/people/${finn.id}/identities/${id}`)).status).toBe(403)
    expect((await browser.api('DELETE', `/api/v1/people/${finn.id}/identities/${id}`)).status).toBe(200)
    expect((await at.come(visitor(at.whole.url), 'open', at.upstream.account)).headers.get('location')).toBe(
      '/sign-in/connect',
    )
  })

  test('the last way to sign in stays', async () => {
    const browser = visitor(at.whole.url)
    await at.come(browser, 'corp', at.fresh())
    const id = await idOf(browser)
    const list = await browser.api('GET', `/api/v1/people/${id}/identities`)
    const [{ id: identity }] = list.json['items'] as [{ id: string }]
    const refused = await browser.api('DELETE', `/api/v1/people/${id}/identities/${identity}`)
    expect(refused.status).toBe(409)
    expect(refused.json['type']).toContain('last_way_in')
  })
})
