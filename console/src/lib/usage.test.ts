import { expect, it } from 'vitest'
import { share } from './usage.ts'

it('says how much of a limit is used up, and never rounds up to all of it', () => {
  expect([share(0, 100), share(1, 2 ** 30), share(5, 100), share(12, 100), share(9999, 10_000)]).toEqual([
    'none',
    'under 0.1 %',
    '5.0 %',
    '12 %',
    '99 %',
  ])
})
