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

  it('are nothing that anybody else sends', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map(basic),
          fc.tuple(fc.string(), fc.string({ minLength: 1 })).map(([id, secret]) => basic(`${id}:${secret}`)),
        ),
        fc.string(),
        (authorization, text) => {
          const request = requestWith(authorization)
          const form = new URLSearchParams(text)
          const body = withoutEmptySecret(request, form, Buffer.from(text))
          if (request.headers.authorization !== undefined) return void expect(body.toString()).toBe(text)
          const [, id] = /^(.+):$/.exec(Buffer.from(authorization.slice(6), 'base64').toString('latin1')) ?? []
          expect(new URLSearchParams(body.toString()).getAll('client_id')).toEqual([id])
        },
      ),
    ))
})
