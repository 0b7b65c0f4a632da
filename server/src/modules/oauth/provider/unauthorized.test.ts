import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { quickSignIn } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { type RegisteredClient, registered, tokenRequest } from '../testing/flows.ts'

let whole: WholeServer
let machine: RegisteredClient
let web: RegisteredClient
beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  machine = await registered(whole, { client_name: 'Machine', grant_types: ['client_credentials'] })
  web = await registered(whole, { client_name: 'Web', redirect_uris: ['https://web.example/'] })
}, 120_000)
afterAll(() => whole.close())

const urn = 'urn:ietf:params:oauth:grant-type:'

describe('a grant that a client may not use is `unauthorized_client` (RFC 6749, section 5.2)', () => {
  it.each([
    {
      grant_type: 'authorization_code',
      code: 'x',
      redirect_uri: 'https://web.example/',
      code_verifier: 'x'.repeat(43),
    },
    { grant_type: 'refresh_token', refresh_token: 'x' },
    { grant_type: `${urn}device_code`, device_code: 'x' },
    { grant_type: `${urn}token-exchange`, subject_token: 'x', subject_token_type: `${urn}access_token` },
  ])('$grant_type', async (form) => {
    const { status, json } = await tokenRequest(whole, machine, form)
    expect([status, json['error']]).toEqual([400, 'unauthorized_client'])
  })

  it('client_credentials', async () => {
    const { status, json } = await tokenRequest(whole, web, { grant_type: 'client_credentials' })
    expect([status, json['error']]).toEqual([400, 'unauthorized_client'])
  })

  it('a device that asks for a code (RFC 8628, section 3.1)', async () => {
    const { status, json } = await tokenRequest(whole, web, {}, { path: '/oauth/device/authorize' })
    expect([status, json['error']]).toEqual([400, 'unauthorized_client'])
  })

  it('one that nobody may use stays `unsupported_grant_type`, and a wrong secret comes before all of it', async () => {
    const password = await tokenRequest(whole, web, { grant_type: 'password' })
    expect([password.status, password.json['error']]).toEqual([400, 'unsupported_grant_type'])
    const stranger = await tokenRequest(whole, { id: web.id, secret: 'x' }, { grant_type: 'client_credentials' })
    expect([stranger.status, stranger.json['error']]).toEqual([401, 'invalid_client'])
  })
})
