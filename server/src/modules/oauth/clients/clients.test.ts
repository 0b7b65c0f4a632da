import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Answer, startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

let whole: WholeServer

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
})
afterAll(() => whole.close())

const register = (body: object) => whole.call('POST', '/api/v1/applications', body)

describe('an application registered with client metadata', () => {
  it('answers the application and RFC 7591 section 3.2.1', async () => {
    const { status, json } = await register({
      client_name: 'Photo Album',
      redirect_uris: ['https://album.example/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_basic',
      scope: 'openid profile photos:read',
      software_id: 'passed over',
    })
    expect(status, JSON.stringify(json)).toBe(201)
    expect(json).toMatchObject({
      name: 'Photo Album',
      client_name: 'Photo Album',
      client_id: json['id'],
      client_secret: expect.stringMatching(/^hfo_[\w-]{43}$/),
      client_secret_expires_at: 0,
      redirect_uris: ['https://album.example/callback'],
      response_types: ['code'],
    })
  })
})
