import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cookies, readCookies, setsOurCookie } from './cookies.ts'

const read = (...values: string[]): Cookies => {
  const result = readCookies(values)
  if ('code' in result) throw new Error(result.detail)
  return result
}

test('ours are taken out, the others stay byte for byte', () => {
  expect(read('a=1; __Host-holdfast=s; b="x y";c')).toMatchObject({ session: 's', rest: 'a=1; b="x y";c' })
  expect(read('__Host-holdfast=s;  b=2')).toMatchObject({ session: 's', rest: 'b=2' })
  expect(read('__Host-holdfast=s')).toMatchObject({ session: 's', rest: null })
  expect(read('a=1', '__Host-holdfast=s', 'b=2').rest).toBe('a=1; b=2')
  expect(read('a=1;;  b = 2 ').rest).toBe('a=1;;  b = 2 ')
  expect([...read('__Host-holdfast-flow-x=1; __Host-holdfast-flow-y=2').flows]).toEqual([
    ['x', '1'],
    ['y', '2'],
  ])
  expect(read()).toMatchObject({ session: null, rest: null })
})

test('other spellings are no session and do not pass either', () => {
  for (const name of ['__host-holdfast', '__HOST-HOLDFAST', '__Host-holdfast2', '\t__Host-holdfast-x']) {
    expect(read(`${name}=s; a=1`)).toMatchObject({ session: null, rest: 'a=1' })
  }
})

test('two sessions are refused', () => {
  expect(readCookies(['__Host-holdfast=a; __Host-holdfast=b'])).toMatchObject({ code: 'request_ambiguous' })
  expect(readCookies(['__Host-holdfast=a', '__Host-holdfast=b'])).toMatchObject({ code: 'request_ambiguous' })
  expect(read('__Host-holdfast=a; __Host-holdfast=a').session).toBe('a')
})

test('an upstream cannot set ours', () => {
  for (const value of [
    '__Host-holdfast=x; Path=/',
    ' __host-Holdfast-flow-a=1',
    '=__Host-holdfast=x',
    '= =__Host-holdfast',
  ]) {
    expect(setsOurCookie(value)).toBe(true)
  }
  expect(setsOurCookie('sid=__Host-holdfast')).toBe(false)
})

test('fuzz: no cookie of ours ever goes on, and every other one does', () => {
  const pair = fc.oneof(
    fc.constantFrom('__Host-holdfast=s', '__HOST-holdfast-flow-a=b', ' a=1', 'b=2', '', '=', '"__Host-holdfast"=x'),
    fc.string().map((text) => text.replaceAll(';', '')),
  )
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      const result = readCookies([pairs.join(';')])
      if ('code' in result) return
      const names = (result.rest ?? '').split(';').map((one) => one.split('=')[0]?.trim().toLowerCase() ?? '')
      expect(names.filter((name) => name.startsWith('__host-holdfast'))).toEqual([])
      const others = pairs.filter((one) => !one.split('=')[0]?.trim().toLowerCase().startsWith('__host-holdfast'))
      expect((result.rest ?? '').replace(/^[ \t]+/, '')).toBe(others.join(';').replace(/^[ \t]+/, ''))
    }),
  )
})
