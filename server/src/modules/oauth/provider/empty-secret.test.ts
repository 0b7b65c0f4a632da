import type { IncomingMessage } from 'node:http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutEmptySecret } from './empty-secret.ts'

const requestWith = (authorization: string) => ({ headers: { authorization } }) as IncomingMessage
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

describe('credentials with an empty secret', () => {
  it('only name the client', () => {
    const request = requestWith(basic('agent:'))
    const body = withoutEmptySecret(request, new URLSearchParams('scope=openid'), Buffer.from('scope=openid'))
    expect([request.headers.authorization, body.toString()]).toEqual([undefined, 'scope=openid&client_id=agent'])
  })

  it('are nothing that anybody else sends', () => {
    const credentials = fc.tuple(fc.string(), fc.string()).map((pair) => basic(pair.join(':')))
    fc.assert(
      fc.property(fc.oneof(fc.string(), credentials), fc.string(), (authorization, text) => {
        const request = requestWith(authorization)
        const body = withoutEmptySecret(request, new URLSearchParams(text), Buffer.from(text)).toString()
        if (request.headers.authorization === undefined) {
          const id = new URLSearchParams(body).get('client_id') ?? ''
          expect(Buffer.from(authorization.slice(6), 'base64').toString()).toBe(`${id}:`)
        } else expect(body).toBe(text)
      }),
    )
  })
})
