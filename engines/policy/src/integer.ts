import { fail } from './errors.ts'

/**
 * A Cedar Long, 64 bits signed. A number where a number is exact (+-(2^53-1)), else a BigInt; never the other way about, and never -0,
 * so that two Integers are equal exactly when `===` says so.
 */
export type Integer = number | bigint

export const MIN_LONG: bigint = -(2n ** 63n)
export const MAX_LONG: bigint = 2n ** 63n - 1n
const MIN_SAFE = BigInt(Number.MIN_SAFE_INTEGER)
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER)

/** The Integer of a BigInt, or undefined when it does not fit 64 bits. */
export function fromBigInt(value: bigint): Integer | undefined {
  if (value < MIN_LONG || value > MAX_LONG) return undefined
  return value >= MIN_SAFE && value <= MAX_SAFE ? Number(value) : value
}

/** The Integer of an exact number, without -0. */
export function fromSafeNumber(value: number): Integer {
  return value === 0 ? 0 : value
}

function checked(value: bigint, what: () => string): Integer {
  return fromBigInt(value) ?? fail(`integer overflow: ${what()}`)
}

/** a + b; an overflow of 64 bits is an evaluation error. */
export function add(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  return checked(BigInt(a) + BigInt(b), () => `${a} + ${b}`)
}

/** a - b; an overflow of 64 bits is an evaluation error. */
export function subtract(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b
    if (Number.isSafeInteger(difference)) return difference
  }
  return checked(BigInt(a) - BigInt(b), () => `${a} - ${b}`)
}

/** a * b; an overflow of 64 bits is an evaluation error. */
export function multiply(a: Integer, b: Integer): Integer {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b
    if (Number.isSafeInteger(product)) return fromSafeNumber(product)
  }
  return checked(BigInt(a) * BigInt(b), () => `${a} * ${b}`)
}

/** -a; an overflow of 64 bits is an evaluation error. */
export function negate(a: Integer): Integer {
  if (typeof a === 'number') return fromSafeNumber(-a)
  return checked(-a, () => `-(${a})`)
}

/** Quotient rounded towards zero; `b` is a positive constant. */
export function quotient(a: Integer, b: number): Integer {
  if (typeof a === 'number') return fromSafeNumber(Math.trunc(a / b))
  return fromBigInt(a / BigInt(b)) ?? 0
}

/** The remainder that is never negative; `b` is a positive constant. */
export function modulo(a: Integer, b: number): number {
  const remainder = typeof a === 'number' ? a % b : Number(a % BigInt(b))
  return remainder < 0 ? remainder + b : fromNegativeZero(remainder)
}

function fromNegativeZero(value: number): number {
  return value === 0 ? 0 : value
}
