import { validate, version } from 'uuid'
import { expect, test } from 'vitest'
import { makeId } from './ids.ts'

test('ids are of version 7, of their time, and none comes twice', () => {
  const now = 1_795_000_000_000
  const made = Array.from({ length: 5000 }, (_, i) => makeId(now + (i >> 8)))
  expect(made.every((id) => validate(id) && version(id) === 7)).toBe(true)
  expect(new Set(made).size).toBe(made.length)
  expect(Number.parseInt(made[300]?.replace('-', '').slice(0, 12) ?? '', 16)).toBe(now + 1)
  // All four variants, and every digit at every random place.
  expect(new Set(made.map((id) => id[19]))).toEqual(new Set(['8', '9', 'a', 'b']))
  for (const at of [15, 16, 17, 20, 21, 22, 24, 35]) expect(new Set(made.map((id) => id[at])).size).toBe(16)
})
