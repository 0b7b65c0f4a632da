import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EvaluationError } from './errors.ts'
import {
  add,
  fromBigInt,
  type Integer,
  MAX_LONG,
  MIN_LONG,
  modulo,
  multiply,
  negate,
  quotient,
  subtract,
} from './integer.ts'

const edges = [
  0n,
  1n,
  -1n,
  MAX_LONG,
  MIN_LONG,
  2n ** 53n,
  -(2n ** 53n),
  2n ** 53n - 1n,
  2n ** 31n,
  3n,
  1024n,
  2n ** 52n,
]
const longs = fc
  .oneof(
    fc.bigInt({ min: MIN_LONG, max: MAX_LONG }),
    fc.tuple(fc.constantFrom(...edges), fc.bigInt({ min: -2n, max: 2n })).map(([edge, by]) => edge + by),
  )
  .filter((value) => value >= MIN_LONG && value <= MAX_LONG)

/** The invariant: a number when it is exact, else a BigInt; no -0. */
function expectInteger(value: Integer, exact: bigint): void {
  expect(BigInt(value)).toBe(exact)
  expect(typeof value).toBe(exact >= -(2n ** 53n) + 1n && exact <= 2n ** 53n - 1n ? 'number' : 'bigint')
  expect(Object.is(value, -0)).toBe(false)
}

function same(compute: () => Integer, exact: bigint): void {
  if (exact < MIN_LONG || exact > MAX_LONG) expect(compute).toThrow(EvaluationError)
  else expectInteger(compute(), exact)
}

const integer = (value: bigint): Integer => fromBigInt(value) ?? 0

describe('64-bit integers', () => {
  it('compute as BigInt does, and fail past 64 bits', () => {
    fc.assert(
      fc.property(longs, longs, (a, b) => {
        same(() => add(integer(a), integer(b)), a + b)
        same(() => subtract(integer(a), integer(b)), a - b)
        same(() => multiply(integer(a), integer(b)), a * b)
        same(() => negate(integer(a)), -a)
        for (const by of [1000, 86_400_000]) {
          same(() => quotient(integer(a), by), a / BigInt(by))
          same(() => modulo(integer(a), by), ((a % BigInt(by)) + BigInt(by)) % BigInt(by))
        }
      }),
    )
  })
})
