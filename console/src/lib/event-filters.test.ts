import { describe, expect, it } from 'vitest'
import { isFiltered, parseFilters, withFilter } from './event-filters.ts'

describe('parseFilters', () => {
  it('reads what the address says', () => {
    expect(
      parseFilters({ kind: 'session.started', outcome: 'refused', actor: 'a', application: 'shop', query: 'x' }),
    ).toEqual({
      kind: 'session.started',
      outcome: 'refused',
      actor: 'a',
      application: 'shop',
      query: 'x',
    })
  })

  it('reads a number that the router made of a text', () => {
    expect(parseFilters({ query: 42 })).toEqual({ query: '42' })
  })

  it('leaves out what is no filter, has no value, or has a value that does not exist', () => {
    expect(parseFilters({ outcome: 'maybe', kind: '', actor: null, application: ['shop'], other: 'x' })).toEqual({})
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
