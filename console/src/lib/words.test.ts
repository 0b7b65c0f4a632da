import { describe, expect, it } from 'vitest'
import { count, deviceOf, listOf, slugOf } from './words.ts'

describe('count', () => {
  it('agrees with its noun', () => {
    expect(count(1, 'session')).toBe('1 session')
    expect(count(0, 'session')).toBe('0 sessions')
    expect(count(1200, 'policy', 'policies')).toBe('1,200 policies')
  })
})

describe('listOf', () => {
  it('takes commas and lines, without blanks and doubles', () => {
    expect(listOf(' a, b\n\nb ,c\n')).toEqual(['a', 'b', 'c'])
    expect(listOf('  ')).toEqual([])
  })
})

describe('slugOf', () => {
  it('keeps letters and digits of the alphabet', () => {
    expect(slugOf('Night shift (EU)')).toBe('night-shift-eu')
    expect(slugOf('  Café №1 ')).toBe('cafe-no1')
    expect(slugOf('***')).toBe('')
  })
})

describe('deviceOf', () => {
  it('is what its person called it, else what the server reads', () => {
    expect(deviceOf({ device: { name: 'Work laptop', label: 'Firefox on Linux' } })).toBe('Work laptop')
    expect(deviceOf({ device: { name: null, label: 'Firefox on Linux' } })).toBe('Firefox on Linux')
  })
})
