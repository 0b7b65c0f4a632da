import { expect, test } from 'vitest'
import { blockedFilters, searchFor, sinceOf } from './blocked-filters.ts'

test('the address may say anything; only what is a filter is asked for', () => {
  expect(blockedFilters({ mode: 'reported', detector: 'sql', view: 'single', operation: undefined })).toEqual({
    mode: 'reported',
    detector: 'sql',
  })
  expect(blockedFilters({ mode: 'everything' })).toEqual({})
})

test('what is no finding of inspection is searched for apart', () => {
  expect(searchFor('attack_blocked')).toEqual({ code: 'attack_blocked', view: 'single' })
  expect(searchFor('rate_limited')).toEqual({ code: 'rate_limited', view: 'single', mode: 'refused' })
})

test('a span begins at a whole minute, so that the same question is asked once', () => {
  const now = Date.parse('2026-11-22T12:00:31.500Z')
  expect(sinceOf('1h', now)).toBe('2026-11-22T11:00:00.000Z')
  expect(sinceOf('1h', now + 20_000)).toBe(sinceOf('1h', now))
  expect(sinceOf('nonsense', now)).toBe('2026-11-15T12:00:00.000Z')
})
