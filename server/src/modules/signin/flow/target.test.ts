import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldsOf, pathOf, readTarget } from './target.ts'

const now = new Date('2026-11-22T09:00:00Z')

describe('the target of a sign-in', () => {
  it('is read from what OpenID Connect sends', () => {
    const asked = { return: '/oauth/authorize/x', acr: 'aal2', max_age: '60', login_hint: 'ada@shop.example' }
    expect(readTarget(asked, now)).toEqual({
      returnTo: '/oauth/authorize/x',
      acr: 'aal2',
      since: new Date('2026-11-22T08:59:00Z'),
      hint: 'ada@shop.example',
    })
    expect(readTarget({ prompt: 'login' }, now).since).toEqual(now)
    expect(readTarget({ prompt: 'consent' }, now).since).toBeNull()
  })

  it('asks for nothing that is not understood', () => {
    const nothing = { returnTo: '/console/', acr: null, since: null, hint: '' }
    const odd = { return: '//evil.example', acr: 'aal9', max_age: '-1', since: 'soon', login_hint: 'a\0b' }
    expect(readTarget(odd, now)).toEqual(nothing)
    expect(readTarget({}, now)).toEqual(nothing)
  })

  it('does not lead back into the sign-in, but on through it', () => {
    for (const step of ['/sign-in', '/sign-in/verify?x=1', '/sign-in/enrol#x']) {
      expect(readTarget({ return: step }, now).returnTo, step).toBe('/console/')
    }
    expect(readTarget({ return: '/sign-in/for?application=shop' }, now).returnTo).toBe('/sign-in/for?application=shop')
  })

  it('never lies in the future, where nothing could fulfil it', () => {
    expect(readTarget({ since: String(now.getTime() + 1_000_000) }, now).since).toEqual(now)
  })

  it('is the same after each step, and leads nowhere else', () => {
    const field = fc.option(fc.string({ maxLength: 60, unit: 'binary' }), { nil: undefined })
    fc.assert(
      fc.property(field, field, field, field, (to, acr, maxAge, hint) => {
        const target = readTarget({ return: to, acr, max_age: maxAge, login_hint: hint }, now)
        expect(target.returnTo).toMatch(/^\/(?!\/)/)
        expect(readTarget(fieldsOf(target), now)).toEqual({ ...target, hint: '' })
        const url = new URL(pathOf('/sign-in/verify', target), 'https://holdfast.example')
        expect([url.origin, url.pathname]).toEqual(['https://holdfast.example', '/sign-in/verify'])
      }),
    )
  })
})
