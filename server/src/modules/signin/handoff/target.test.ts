import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { handoffOfReturn, handoffOrigin, handoffReturn, readHandoff } from './target.ts'

const shop = {
  id: 'shop',
  name: 'Shop',
  hosts: ['shop.example', 'shop.localhost:7480', '*.example', "x'; script-src *"],
}
const secure = 'https://holdfast.example'

describe('the address to hand a sign-in on to', () => {
  it('is the callback of a registered host', () => {
    expect(handoffOrigin(shop, 'https://shop.example/.holdfast/callback', secure)).toBe('https://shop.example')
    expect(handoffOrigin(shop, 'http://shop.localhost:7480/.holdfast/callback', secure)).toBe(
      'http://shop.localhost:7480',
    )
  })

  it('may do without TLS only where the control plane does, or on this machine', () => {
    const plain = 'http://shop.example/.holdfast/callback'
    expect(handoffOrigin(shop, plain, secure)).toBeUndefined()
    expect(handoffOrigin(shop, plain, 'http://localhost:7400')).toBe('http://shop.example')
  })

  it.each([
    'https://evil.example/.holdfast/callback',
    'https://shop.example.evil.example/.holdfast/callback',
    'https://shop.example@evil.example/.holdfast/callback',
    'https://evil.example#@shop.example/.holdfast/callback',
    'https://shop.example:8443/.holdfast/callback',
    'https://shop.example/.holdfast/callback/../../open?to=https://evil.example',
    'https://shop.example/.holdfast/callback?x=1',
    'https://shop.example/.holdfast/callback#x',
    'https://shop.example//.holdfast/callback',
    'HTTPS://shop.example/.holdfast/callback',
    'https://a.example/.holdfast/callback',
    'https://*.example/.holdfast/callback',
    "https://x'; script-src */.holdfast/callback",
    'https://SHOP.example/.holdfast/callback',
    '',
  ])('is not %s', (address) => expect(handoffOrigin(shop, address, secure)).toBeUndefined())

  it('comes back out of the return path that it was put into', () => {
    const printable = fc
      .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 })
      .filter((text) => !text.includes(' '))
    fc.assert(
      fc.property(printable, (state) => {
        const request = {
          application: 'shop',
          redirectUri: 'https://shop.example/.holdfast/callback',
          state,
          challenge: 'c'.repeat(43),
        }
        expect(handoffOfReturn(handoffReturn(request))).toEqual(request)
      }),
    )
  })

  it('is nothing when a part is missing or of another shape', () => {
    const whole = { application: 'shop', redirect_uri: 'https://x', state: 's', challenge: 'c'.repeat(43) }
    expect(readHandoff(whole)).toBeDefined()
    for (const name of Object.keys(whole)) expect(readHandoff({ ...whole, [name]: undefined }), name).toBeUndefined()
    expect(readHandoff({ ...whole, challenge: 'plain' })).toBeUndefined()
    expect(readHandoff({ ...whole, state: 'a\r\nset-cookie: x=y' })).toBeUndefined()
    expect(handoffOfReturn('/console/?redirect_uri=x')).toBeUndefined()
  })
})
