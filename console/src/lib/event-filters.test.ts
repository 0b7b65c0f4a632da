import { describe, expect, it } from 'vitest'
import {
  describeFilter,
  isFiltered,
  isOver,
  isShown,
  parseFilters,
  prefixOf,
  queryOf,
  toSaved,
  withFilter,
} from './event-filters.ts'

const now = Date.parse('2026-11-22T12:00:00.000Z')

describe('parseFilters', () => {
  it('reads what the address says', () => {
    const all = {
      query: 'x',
      kind: 'session.*',
      class: '3002',
      severity: 'high',
      outcome: 'refused',
      actor: 'a',
      target: 't',
      application: 'shop',
      address: '203.0.113.7',
      reason: 'r',
      requestId: 'q',
      since: '24h',
      until: '2026-11-22T00:00:00.000Z',
    }
    expect(parseFilters(all)).toEqual(all)
  })

  it('reads what the router made a number or a truth of', () => {
    expect(parseFilters({ query: 42, class: 3002, reason: true })).toEqual({
      query: '42',
      class: '3002',
      reason: 'true',
    })
  })

  it('leaves out what is no filter, has no value, or has a value that does not exist', () => {
    expect(
      parseFilters({ outcome: 'maybe', severity: 'worst', kind: '', actor: null, application: ['shop'], other: 'x' }),
    ).toEqual({})
    expect(parseFilters({ since: 'yesterday', until: '7d' })).toEqual({})
  })
})

describe('withFilter', () => {
  it('sets one and keeps the others', () => {
    expect(withFilter({ kind: 'a' }, 'query', ' text ')).toEqual({ kind: 'a', query: 'text' })
  })

  it('takes one away when its value is empty', () => {
    expect(withFilter({ kind: 'a', query: 'text' }, 'query', '  ')).toEqual({ kind: 'a' })
    expect(isFiltered(withFilter({ kind: 'a' }, 'kind', ''))).toBe(false)
  })
})

describe('queryOf', () => {
  it('asks for instants where the address has a span', () => {
    expect(queryOf({ kind: 'a', since: '1h' }, now)).toEqual({ kind: 'a', since: '2026-11-22T11:00:00.000Z' })
    expect(queryOf({ since: 'all' }, now)).toEqual({ since: '1970-01-01T00:00:00.000Z' })
    expect(queryOf({ since: '2026-01-01T00:00:00Z' }, now)).toEqual({ since: '2026-01-01T00:00:00Z' })
    expect(queryOf({}, now)).toEqual({})
  })
})

it('is over when nothing can come any more', () => {
  expect(isOver({ until: '2026-11-22T11:59:59.000Z' }, now)).toBe(true)
  expect(isOver({ until: '2026-11-23T00:00:00.000Z' }, now)).toBe(false)
  expect(isOver({}, now)).toBe(false)
})

describe('a saved search', () => {
  it('keeps all but a span that moves with the clock', () => {
    expect(toSaved({ kind: 'a', since: '7d' })).toEqual({ kind: 'a' })
    expect(toSaved({ since: '2026-01-01T00:00:00Z' })).toEqual({ since: '2026-01-01T00:00:00Z' })
  })

  it('is what is shown when its filters are', () => {
    expect(isShown({ outcome: 'refused', kind: 'a' }, { kind: 'a', outcome: 'refused', since: '7d' })).toBe(true)
    expect(isShown({ kind: 'a' }, { kind: 'b' })).toBe(false)
  })
})

it('says what a filter is about', () => {
  expect(describeFilter('class', '3002,9999')).toBe('Authentication, Class 9999')
  expect(describeFilter('since', '7d')).toBe('Last 7 days')
  expect(describeFilter('kind', 'session.*')).toBe('session.*')
})

it('knows of which kinds a kind is one', () => {
  expect(prefixOf('session.started')).toBe('session.*')
  expect(prefixOf('reported.billing.charge_failed')).toBe('reported.billing.*')
  expect(prefixOf('session.*')).toBeNull()
  expect(prefixOf('plain')).toBeNull()
})
