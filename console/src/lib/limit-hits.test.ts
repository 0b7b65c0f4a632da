import { expect, test } from 'vitest'
import { hitsBy } from './limit-hits.ts'

const of = (more: object) => ({
  actor: null,
  address: '192.0.2.1',
  method: 'POST',
  path: '/login',
  operation: null,
  cause: 'limit sign-in',
  count: 1,
  at: '2026-11-22T12:00:00.000Z',
  ...more,
})

test('a flood is one event and many requests; a person is one client wherever they come from', () => {
  const ada = { type: 'Person', id: 'ada' }
  const refused = [
    of({ count: 40 }),
    of({ cause: null, at: '2026-11-22T12:01:00.000Z' }),
    of({ actor: ada, address: '192.0.2.2' }),
    of({ actor: ada, address: '192.0.2.3', operation: 'GET /search' }),
  ]
  expect(hitsBy(refused, 'client')).toEqual([
    { key: '192.0.2.1', actor: null, rules: ['sign-in', 'at once'], count: 41, last: '2026-11-22T12:01:00.000Z' },
    { key: 'Person ada', actor: ada, rules: ['sign-in'], count: 2, last: '2026-11-22T12:00:00.000Z' },
  ])
  expect(hitsBy(refused, 'route').map(({ key, count }) => [key, count])).toEqual([
    ['POST /login', 42],
    ['GET /search', 1],
  ])
})

test('the rest of a flood went where the requests before it went', () => {
  const rest = { method: null, path: null, cause: null, count: 100, at: '2026-11-22T12:05:00.000Z' }
  expect(hitsBy([of(rest), of({})], 'route')).toEqual([
    { key: 'POST /login', actor: null, rules: ['sign-in'], count: 101, last: '2026-11-22T12:05:00.000Z' },
  ])
  expect(hitsBy([of(rest), of({ address: '192.0.2.9' })], 'route').map(({ key, rules }) => [key, rules])).toEqual([
    ['not told', ['not told']],
    ['POST /login', ['sign-in']],
  ])
})
