import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AddressRefused } from '../../../platform/outbound/resolve.ts'
import { UpstreamFailed } from './provider/provider.ts'
import { guardedFetch } from './provider/transport.ts'
import { domainOf, groupsOf, mayBring, verifiedEmail } from './rules.ts'

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('a@corp.example', 'a@CORP.example', 'a@ｃｏｒｐ.example'),
)

describe('what a connection may bring', () => {
  test('is an address of its domains, however it is written', () => {
    fc.assert(
      fc.property(anything, fc.constantFrom('@corp.example', '.corp.example', ''), (local, end) => {
        const email = local + end
        if (mayBring({ domains: ['corp.example'] }, email)) expect(domainOf(email)).toBe('corp.example')
      }),
    )
    expect(mayBring({ domains: ['corp.example'] }, 'a@corp.example')).toBe(true)
    expect(mayBring({ domains: ['corp.example'] }, 'A@Corp.Example')).toBe(true)
    for (const email of [
      'a@evil.example',
      'a@sub.corp.example',
      'a@corp.example.evil',
      'a@corp.example@evil',
      '@corp.example',
      'corp.example',
    ]) {
      expect(mayBring({ domains: ['corp.example'] }, email), email).toBe(false)
    }
  })

  test('is believed where the provider has verified it, or owns the domain and is trusted', () => {
    const said = { email: 'a@corp.example', emailVerified: false }
    expect(verifiedEmail(said, { domains: [], trustEmail: true })).toBeNull()
    expect(verifiedEmail(said, { domains: ['corp.example'], trustEmail: false })).toBeNull()
    expect(verifiedEmail(said, { domains: ['corp.example'], trustEmail: true })).toBe('a@corp.example')
    expect(
      verifiedEmail({ ...said, email: 'a@evil.example' }, { domains: ['corp.example'], trustEmail: true }),
    ).toBeNull()
    expect(verifiedEmail({ email: 'no address', emailVerified: true }, { domains: [], trustEmail: false })).toBeNull()
  })
})

test('claims of whatever shape give mapped groups and no others', () => {
  const groups = { claim: 'roles', map: { editor: 'editors', reader: 'readers' } }
  fc.assert(
    fc.property(fc.anything(), (roles) => {
      const { decided, given } = groupsOf({ groups }, { roles })
      expect(decided).toEqual(['editors', 'readers'])
      for (const group of given) expect(decided).toContain(group)
    }),
  )
  expect(groupsOf({ groups }, { roles: ['editor', '__proto__', 'toString', 'admins'] }).given).toEqual(['editors'])
  expect(groupsOf({}, { roles: ['editor'] })).toEqual({ decided: [], given: [] })
})

describe('what a provider names is reached like what an attacker names', () => {
  const options = { method: 'GET', headers: {}, body: undefined, redirect: 'manual' } as const
  test.each([
    ['http, where private addresses are not allowed', 'http://example.com/', false],
    ['this machine', 'https://127.0.0.1/', false],
    ['this machine by name', 'https://localhost/', false],
    ['this machine in other clothes', 'https://[::ffff:127.0.0.1]/', false],
    ['the metadata of a cloud machine, even where private addresses are allowed', 'http://169.254.169.254/', true],
    ['another scheme', 'file:///etc/passwd', true],
  ])('not %s', async (_, url, allowPrivate) => {
    const failed = await guardedFetch({ allowPrivate })(url, options).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(UpstreamFailed)
    expect((failed as UpstreamFailed).cause).toBeInstanceOf(AddressRefused)
  })
})
