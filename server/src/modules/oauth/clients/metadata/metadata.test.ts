import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { complete } from './complete.ts'
import { ClientInput } from './shape.ts'
import { identifierProblem, redirectProblem, webUriProblem } from './uris.ts'

const piece = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    'https://',
    'http://',
    'a.example',
    'localhost',
    '127.0.0.1',
    '[::1]',
    ':8080',
    '/cb',
    '#',
    '*',
    '@',
    '?',
    '\\',
    'com.x.y:',
    'javascript:',
    '%2e',
    '\t',
    'urn:a1:',
  ),
)
const uri = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''))

describe('a URI that is accepted', () => {
  it('is absolute, and nothing in it stands for something else', () => {
    fc.assert(
      fc.property(uri, fc.constantFrom('web', 'native'), (text, type) => {
        if (redirectProblem(text, type) !== undefined) return
        const url = new URL(text)
        expect(text).not.toMatch(/[#*\s\\<>"]/)
        expect(url.username + url.password + url.hash).toBe('')
        const loopback = /^(?:127\.0\.0\.1|\[::1\]|localhost|.*\.localhost)$/.test(url.hostname)
        if (url.protocol === 'http:') expect(loopback).toBe(true)
        else if (url.protocol !== 'https:') expect([type, url.protocol.includes('.')]).toEqual(['native', true])
        expect(url.protocol).not.toMatch(/^(?:javascript|data|file|blob|vbscript|about):$/)
      }),
      { numRuns: 3000 },
    )
  })

  it('as a page or an identifier is one that nobody runs', () => {
    fc.assert(
      fc.property(uri, (text) => {
        if (webUriProblem(text) === undefined) expect(new URL(text).protocol).toMatch(/^https?:$/)
        if (identifierProblem(text) === undefined) expect(new URL(text).protocol).toMatch(/^(?:https?|urn):$/)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('client metadata', () => {
  const words = fc.array(fc.constantFrom('authorization_code', 'client_credentials', 'refresh_token', 'code', 'x'), {
    maxLength: 3,
  })
  const some = fc.record(
    {
      redirect_uris: fc.array(uri, { maxLength: 3 }),
      grant_types: words,
      response_types: words,
      application_type: fc.constantFrom('web', 'native'),
      token_endpoint_auth_method: fc.constantFrom(
        'none',
        'client_secret_basic',
        'private_key_jwt',
        'tls_client_auth',
        'x',
      ),
      jwks: fc.record({
        keys: fc.array(fc.dictionary(fc.constantFrom('kty', 'crv', 'x', 'y', 'n', 'e', 'd', 'kid'), fc.string()), {
          minLength: 1,
        }),
      }),
      scope: fc.string(),
      preset: fc.constantFrom('web', 'spa', 'native', 'service', 'fapi2'),
      dpop_bound_access_tokens: fc.boolean(),
      tls_client_certificate_bound_access_tokens: fc.boolean(),
    },
    { requiredKeys: [] },
  )

  it('is refused by name or whole, whatever it is, and whole stays whole', () => {
    fc.assert(
      fc.property(some, (given) => {
        const parsed = ClientInput.safeParse(given)
        if (!parsed.success) return
        const whole = complete(parsed.data, 'Name')
        if ('rule' in whole) {
          expect(whole.message).toContain(whole.member)
          return
        }
        const { metadata, preset, consent = 'skip' } = whole
        expect(metadata.grant_types.length).toBeGreaterThan(0)
        expect(metadata.response_types.includes('code')).toBe(metadata.grant_types.includes('authorization_code'))
        if (metadata.grant_types.includes('client_credentials'))
          expect(metadata.token_endpoint_auth_method).not.toBe('none')
        if (preset === 'fapi2') {
          expect(metadata.require_pushed_authorization_requests).toBe(true)
          expect(
            metadata.dpop_bound_access_tokens === true || metadata.tls_client_certificate_bound_access_tokens === true,
          ).toBe(true)
        }
        expect(complete({ ...metadata, preset, consent }, 'Name')).toEqual({ ...whole, consent })
      }),
      { numRuns: 2000 },
    )
  })
})
