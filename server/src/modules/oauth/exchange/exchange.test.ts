import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { addPerson, type Credentials, eventsOf, quickSignIn, signInAs, type Visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { claimsOf, dpopKey, registered, type RegisteredClient, signedIn, tokenRequest } from '../testing/flows.ts'

const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
const idToken = 'urn:ietf:params:oauth:token-type:id_token'
const own = (id: string) => `urn:holdfast:application:${id}`

let whole: WholeServer
let ada: Credentials
let browser: Visitor
/** what people use, and the stock behind it; somebody who may exchange, and somebody who may not */
let shop: RegisteredClient
let stock: RegisteredClient
let rival: RegisteredClient
let stranger: RegisteredClient

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), { ...quickSignIn, HOLDFAST_OAUTH_DPOP_NONCE: 'false' })
  ada = await addPerson(whole, 'Ada')
  const scope = 'items:read items:write'
  stock = await registered(whole, { client_name: 'Stock', grant_types: ['client_credentials'], scope })
  const exchanging = {
    redirect_uris: ['https://shop.example/callback'],
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials', exchangeGrant],
    scope: `openid ${scope}`,
    tokenExchange: { audiences: [own(stock.id)] },
  }
  shop = await registered(whole, { client_name: 'Shop', ...exchanging })
  rival = await registered(whole, { client_name: 'Rival', ...exchanging })
  stranger = await registered(whole, { client_name: 'Stranger', grant_types: ['client_credentials', exchangeGrant] })
  browser = await signInAs(whole.url, ada)
}, 120_000)
afterAll(() => whole.close())

const exchange = (client: RegisteredClient, form: Readonly<Record<string, string>>, headers = {}) =>
  tokenRequest(
    whole,
    client,
    { grant_type: exchangeGrant, subject_token_type: accessToken, audience: own(stock.id), ...form },
    { headers },
  )
const signInAtShop = (headers = {}) => signedIn(whole, browser, shop, { scope: 'openid items:read' }, headers)
const isActive = async (token: string, client = stock) =>
  (await tokenRequest(whole, client, { token }, { path: '/oauth/introspect' })).json['active']

describe('a token of a person is exchanged', () => {
  it('for a narrower one at another audience, which names who acts', async () => {
    const { access_token: subject } = await signedIn(whole, browser, shop, { scope: 'openid items:read items:write' })
    const { status, json } = await exchange(shop, { subject_token: subject, scope: 'items:read' })
    expect(status, JSON.stringify(json)).toBe(200)
    expect(json).toMatchObject({ issued_token_type: accessToken, token_type: 'Bearer', scope: 'items:read' })
    const [before, after] = [claimsOf(subject), claimsOf(String(json['access_token']))]
    expect(after).toMatchObject({
      aud: own(stock.id),
      sub: ada.id,
      client_id: shop.id,
      scope: 'items:read',
      principal_type: 'Person',
      act: { sub: shop.json['service'], client_id: shop.id },
      sid: before['sid'],
      acr: before['acr'],
      auth_time: before['auth_time'],
    })
    expect(Number(after['exp'])).toBeLessThanOrEqual(Number(before['exp']))
    expect(await isActive(String(json['access_token']))).toBe(true)
    const [event] = await eventsOf(whole, 'token.exchanged')
    expect(event).toMatchObject({
      actor: ada.id,
      data: { client: shop.id, audience: own(stock.id), scope: 'items:read' },
    })
  })

  it('by its ID token, as far as what was allowed goes', async () => {
    const tokens = await signInAtShop()
    const asked = { subject_token: tokens.id_token, subject_token_type: idToken }
    const { status, json } = await exchange(shop, asked)
    expect(status, JSON.stringify(json)).toBe(200)
    expect(claimsOf(String(json['access_token']))).toMatchObject({ sub: ada.id, scope: 'items:read' })
    expect((await exchange(shop, { ...asked, scope: 'items:write' })).json).toMatchObject({ error: 'invalid_scope' })
    // Another client has it, who was not signed in to by it.
    expect((await exchange(rival, asked)).json).toMatchObject({ error: 'invalid_request' })
  })

  it.each([
    ['a wider scope', { scope: 'items:read items:write' }, 'invalid_scope'],
    ['a scope of OpenID', { scope: 'openid' }, 'invalid_scope'],
    ['an audience that is not declared', { audience: 'urn:holdfast:application:holdfast' }, 'invalid_target'],
    ['two audiences', { resource: 'https://other.example' }, 'invalid_target'],
    ['a refresh token', { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }, 'invalid_request'],
    ['no token', { subject_token: '' }, 'invalid_request'],
    ['a token of another kind than it says', { subject_token_type: idToken }, 'invalid_request'],
    ['somebody else’s hand', { actor_token: 'x', actor_token_type: accessToken }, 'invalid_request'],
  ])('and not for %s', async (_what, form, error) => {
    const { access_token: subject } = await signInAtShop()
    const { status, json } = await exchange(shop, { subject_token: subject, ...form })
    expect([status, json['error']]).toEqual([400, error])
  })

  it('and not by whom it was not given to, or who may not', async () => {
    const { access_token: subject } = await signInAtShop()
    expect((await exchange(rival, { subject_token: subject })).json).toMatchObject({ error: 'invalid_request' })
    expect((await exchange(stranger, { subject_token: subject })).json).toMatchObject({ error: 'unauthorized_client' })
    expect((await exchange(stock, { subject_token: subject })).status).toBe(400)
    // A token whose signature is another's, and one of a service.
    const forged = `${subject.split('.').slice(0, 2).join('.')}.${'A'.repeat(86)}`
    expect((await exchange(shop, { subject_token: forged })).json).toMatchObject({ error: 'invalid_request' })
    const service = await tokenRequest(whole, shop, { grant_type: 'client_credentials' })
    const asService = await exchange(shop, { subject_token: String(service.json['access_token']) })
    expect(asService.json).toMatchObject({ error: 'invalid_request' })
  })

  it('and the chain of who acts grows inwards, while nothing gets longer', async () => {
    const { access_token: subject } = await signInAtShop()
    const first = await exchange(shop, { subject_token: subject })
    const second = await exchange(shop, { subject_token: String(first.json['access_token']) })
    expect(second.status, JSON.stringify(second.json)).toBe(200)
    const [one, two] = [first, second].map(({ json }) => claimsOf(String(json['access_token'])))
    expect(two?.['act']).toEqual({ sub: shop.json['service'], client_id: shop.id, act: one?.['act'] })
    expect(Number(two?.['exp'])).toBeLessThanOrEqual(Number(claimsOf(subject)['exp']))
  })

  it('that is bound stays bound', async () => {
    const [person, service] = [dpopKey(), dpopKey()]
    const url = `${whole.url}/oauth/token`
    const { access_token: subject } = await signInAtShop({ dpop: person.proof('POST', url) })
    expect(claimsOf(subject)['cnf']).toBeDefined()
    expect((await exchange(shop, { subject_token: subject })).json).toMatchObject({ error: 'invalid_request' })
    const bound = await exchange(shop, { subject_token: subject }, { dpop: service.proof('POST', url) })
    expect(bound.json).toMatchObject({ token_type: 'DPoP' })
    expect(claimsOf(String(bound.json['access_token']))['cnf']).not.toEqual(claimsOf(subject)['cnf'])
  })

  it('and ends with what it came of', async () => {
    const revoked = await signInAtShop()
    const one = String((await exchange(shop, { subject_token: revoked.access_token })).json['access_token'])
    expect(await isActive(one)).toBe(true)
    await tokenRequest(whole, shop, { token: revoked.refresh_token ?? '' }, { path: '/oauth/revoke' })
    expect(await isActive(one)).toBe(false)

    const visitor = await signInAs(whole.url, ada)
    const tokens = await signedIn(whole, visitor, shop, { scope: 'openid items:read' })
    const two = String((await exchange(shop, { subject_token: tokens.access_token })).json['access_token'])
    expect(await isActive(two)).toBe(true)
    await visitor.post('/sign-out', {})
    expect(await isActive(two)).toBe(false)
    expect((await exchange(shop, { subject_token: tokens.access_token })).status).toBe(400)
    expect((await exchange(shop, { subject_token: tokens.id_token, subject_token_type: idToken })).status).toBe(400)
  })
})
