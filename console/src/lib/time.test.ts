import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { absoluteTime, hourOf, isFresh, relativeTime } from './time.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const before = (seconds: number) => new Date(NOW - seconds * 1000).toISOString()

describe('relativeTime', () => {
  it.each([
    [0, 'now'],
    [4.9, 'now'],
    [5, '5 s ago'],
    [59.9, '59 s ago'],
    [60, '1 min ago'],
    [3599, '59 min ago'],
    [3600, '1 h ago'],
    [86_399, '23 h ago'],
    [86_400, '1 d ago'],
    [30 * 86_400 - 1, '29 d ago'],
    [30 * 86_400, '22 Oct 2026'],
    [-3, 'now'],
    [-90, 'in 1 min'],
    [-7.5 * 3600, 'in 7 h'],
  ])('%d seconds before now is "%s"', (seconds, expected) => {
    expect(relativeTime(before(seconds), NOW, 'UTC')).toBe(expected)
  })

  it('gives back what is no instant', () => {
    expect(relativeTime('yesterday', NOW)).toBe('yesterday')
    expect(absoluteTime('yesterday')).toBe('yesterday')
    expect(hourOf('yesterday')).toBe('yesterday')
  })

  it('never calls the past the future', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 29 * 86_400 }), (seconds) => {
        expect(relativeTime(before(seconds), NOW)).toMatch(/^\d+ (?:s|min|h|d) ago$/u)
        expect(relativeTime(before(-seconds), NOW)).toMatch(/^in \d+ (?:s|min|h|d)$/u)
      }),
    )
  })
})

describe('absoluteTime', () => {
  it('names the time zone that it uses', () => {
    expect(absoluteTime('2026-11-21T12:00:00Z', 'UTC')).toBe('21 Nov 2026, 12:00:00 UTC')
    expect(absoluteTime('2026-11-21T12:00:00Z', 'Europe/Berlin')).toContain('13:00:00')
  })
})

describe('isFresh', () => {
  it('is lost when an edge has missed its renewals', () => {
    expect(isFresh(before(12), NOW)).toBe(true)
    expect(isFresh(before(31), NOW)).toBe(false)
    expect(isFresh(null, NOW)).toBe(false)
  })
})
