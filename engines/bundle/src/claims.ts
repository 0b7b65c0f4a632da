import { TokenError, type TokenErrorCode } from './errors.ts'
import { CLOCK_SKEW } from './constants.ts'
import type { z } from 'zod'

/** The claims in their shape, or TokenError `claims` naming the first member that is wrong. */
export function parseClaims<T>(schema: z.ZodType<T>, claims: unknown): T {
  const parsed = schema.safeParse(claims)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new TokenError('claims', `The claim ${issue?.path.join('.') ?? ''} is not right: ${issue?.message ?? ''}`)
}

/** Times in seconds since 1970 (RFC 7519 NumericDate, whole seconds only). */
export interface Lifetime {
  readonly iat: number
  readonly exp: number
}

/**
 * RFC 7519 section 4.1: `iat` may lie at most the skew ahead, `exp` at most the skew behind, and the two at most `longest` apart.
 * @param now seconds since 1970
 */
export function checkLifetime({ iat, exp }: Lifetime, now: number, longest: number): void {
  if (exp <= iat || exp - iat > longest)
    throw new TokenError('lifetime', `The token may live at most ${longest} seconds.`)
  checkIssuedAt(iat, now)
  if (!(now < exp + CLOCK_SKEW)) throw new TokenError('expired', 'The token has expired.')
}

export function checkIssuedAt(iat: number, now: number): void {
  if (!(iat <= now + CLOCK_SKEW))
    throw new TokenError('not_yet_valid', 'The token was issued in the future: do the clocks agree?')
}

/** Compares a claim with the value that it must have; undefined means that any will do. */
export function checkSame(code: TokenErrorCode, claim: string, expected: string | undefined): void {
  if (expected !== undefined && claim !== expected)
    throw new TokenError(code, `The ${code} is ${claim}, not ${expected}.`)
}
