import { describe, expect, it } from 'vitest'
import { browserOf, count, listOf, slugOf } from './words.ts'

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

describe('browserOf', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
      'Chrome 141 on Linux',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
      'Edge 141 on Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari 18 on iOS',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox 143 on Linux'],
    ['curl/8.5.0', 'curl'],
    ['', 'unknown client'],
  ])('%s', (agent, expected) => {
    expect(browserOf(agent)).toBe(expected)
  })
  it('knows nothing of nothing', () => {
    expect(browserOf(null)).toBe('unknown client')
  })
})
