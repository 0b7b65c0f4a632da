import { TRAFFIC_ROUTES_MOST } from '@holdfast/bundle'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { foldPath, OTHER, RouteNames } from './names.ts'
import { shownPath } from './shown-path.ts'

test.each([
  ['/', '/'],
  ['/orders/4711', '/orders/{id}'],
  ['/api/v2/orders/4711/lines/3', '/api/v2/orders/{id}/lines/**'],
  ['/people/0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000', '/people/{id}'],
  ['/o/deadbeef01', '/o/{id}'],
  ['/assets/main.css', '/assets/main.css'],
  ['/.holdfast/csp-reports', '/.holdfast/csp-reports'],
  ['/assets/main.8f3ac1d2.css', '/assets/{id}'],
  ["/search/' or 1=1", '/search/{id}'],
  ['/%2e%2e/etc', '/{id}/etc'],
])('%s is %s', (path, folded) => expect(foldPath(path)).toBe(folded))

test('whoever makes names up takes no places from others', () => {
  const names = new RouteNames()
  const name = (method: string, path: string, answered: boolean, now = 0) =>
    names.name({ method, path, operation: null, pattern: null }, answered, now)
  const word = (n: number) => String(n).replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '')
  for (let n = 0; n < 5000; n++) expect(name('GET', `/${word(n)}`, false)).toBe(OTHER)
  expect(name('GET', '/orders/1', true)).toBe('GET /orders/{id}')
  expect(name('GET', '/orders/2', false)).toBe('GET /orders/{id}')
  const seen = new Set<string>()
  for (let n = 0; n < 1000; n++) seen.add(name('GET', `/x/${word(n)}`, true))
  expect(seen.size).toBe(TRAFFIC_ROUTES_MOST)
  expect(seen).toContain(OTHER)
  // What was not asked for ten minutes makes room.
  expect(name('GET', '/new', true, 601_000)).toBe('GET /new')
  expect(name('BREW', '/pot', true, 601_000)).toBe('OTHER /pot')
})

test('the live view shows no values of a query, no tokens in a path', () => {
  expect(shownPath('/a?card=4111111111111111&b=2')).toBe('/a?card&b')
  expect(shownPath('/reset/9fK2mQ7xLpZ4tR8vWc3bN6')).toBe('/reset/{…}')
  expect(shownPath('/people/0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000')).toContain('0190aaaa')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (target) => {
      expect(shownPath(target).length).toBeLessThanOrEqual(1000)
    }),
  )
})
