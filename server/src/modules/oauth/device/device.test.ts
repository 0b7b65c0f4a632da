import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'
import { addPerson, type Credentials, eventsOf, quickSignIn, signInAs, visitor } from '../../../testing/visitor.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

let whole: WholeServer
let ada: Credentials
let client: openid.Configuration

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  ada = await addPerson(whole, 'Ada')
  const { json } = await whole.call('POST', '/api/v1/applications', {
    client_name: 'Television',
    grant_types: [deviceGrant, 'refresh_token'],
    token_endpoint_auth_method: 'none',
    scope: 'openid profile offline_access films:watch',
  })
  client = await openid.discovery(new URL(whole.url), String(json['client_id']), undefined, openid.None(), {
    execute: [openid.allowInsecureRequests],
  })
})
afterAll(() => whole.close())

const begin = () => openid.initiateDeviceAuthorization(client, { scope: 'openid profile films:watch' })

describe('a device', () => {
  it('gets tokens of the person who types its code', async () => {
    const device = await begin()
    console.log(device)
    const browser = await signInAs(whole.url, ada)
    const typed = await browser.post('/oauth/device', { user_code: device.user_code.toLowerCase() })
    console.log(typed.status, typed.text)
    const done = await browser.post('/oauth/device', { user_code: device.user_code, decision: 'approve' })
    console.log(done.status, done.text)
    const tokens = await openid.pollDeviceAuthorizationGrant(client, device)
    console.log(tokens, tokens.claims())
  })
})
