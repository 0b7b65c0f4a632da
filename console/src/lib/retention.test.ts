import { describe, expect, it } from 'vitest'
import { filterOf, isTarget, keepings, nameOf, span } from './retention.ts'

const retention = {
  days: 365,
  leastDays: 90,
  mostDays: 3660,
  rules: [
    { target: 'class:3002', days: 730, changedAt: '2026-11-22T00:00:00.000Z' },
    { target: 'kind:session', days: 400, changedAt: '2026-11-22T00:00:00.000Z' },
  ],
}

describe('keepings', () => {
  it('lists every class once, with its rule or the default, and the rules of kinds first', () => {
    const all = keepings(retention)
    expect(all[0]).toMatchObject({ target: 'kind:session', days: 400 })
    expect(all.filter(({ target }) => target === 'class:3002')).toEqual([
      { target: 'class:3002', name: 'Authentication', days: 730, changedAt: '2026-11-22T00:00:00.000Z' },
    ])
    expect(all.find(({ target }) => target === 'class:4002')).toMatchObject({ days: 365, changedAt: null })
    expect(new Set(all.map(({ target }) => target)).size).toBe(all.length)
  })
})

it('names a target, and searches for what it is about', () => {
  expect(nameOf('class:9999')).toBe('Class 9999')
  expect(nameOf('kind:session')).toBe('session and all below')
  expect(filterOf('kind:session')).toEqual({ kind: 'session,session.*' })
  expect(filterOf('class:3002')).toEqual({ class: '3002' })
})

it('knows what can have a rule', () => {
  expect(['class:3002', 'kind:a.b_c'].every(isTarget)).toBe(true)
  expect(['class:0', 'class:30', 'kind:', 'kind:a.*', 'session'].some(isTarget)).toBe(false)
})

it('says days as people do', () => {
  expect([365, 730, 90, 3660].map(span)).toEqual(['1 year', '2 years', '90 days', '3,660 days'])
})
