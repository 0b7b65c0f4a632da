import { ApplicationId } from '@holdfast/events'
import { z } from 'zod'
import { checkLifetime, checkSame, parseClaims } from './claims.ts'
import { ALL_APPLICATIONS, LEASE_LIFETIME, TOKEN_TYPES } from './constants.ts'
import { type SigningKey, signJws, verifyJws } from './jws.ts'
import type { KeySet } from './keys.ts'

/** The control plane's word that, at `iat`, `epoch` was the newest and the revocation feed was complete. */
export interface Lease {
  readonly iss: string
  /** Application, or `*` for a gateway. */
  readonly aud: string
  readonly epoch: number
  /** The tenant's own epoch at that time: every change up to it is in the bundle of `epoch`, or in the feed. */
  readonly through: number
  /** Seconds since 1970. */
  readonly iat: number
  /** `iat` + 15. */
  readonly exp: number
}

const LONGEST = 2048

export const Lease: z.ZodType<Lease> = z.object({
  iss: z.string().min(1).max(2048),
  aud: z.union([ApplicationId, z.literal(ALL_APPLICATIONS)]),
  epoch: z.int().nonnegative(),
  through: z.int().nonnegative(),
  iat: z.int().nonnegative(),
  exp: z.int().nonnegative(),
})

export interface NewLease {
  /** The control plane's public URL. */
  readonly issuer: string
  readonly audience: string
  readonly epoch: number
  readonly through: number
  /** Seconds since 1970. */
  readonly now: number
}

export function signLease({ issuer, audience, epoch, through, now }: NewLease, key: SigningKey): string {
  const iat = Math.floor(now)
  const claims = parseClaims(Lease, { iss: issuer, aud: audience, epoch, through, iat, exp: iat + LEASE_LIFETIME })
  return signJws(TOKEN_TYPES.lease, claims, key)
}

export interface SignedExpectation {
  /** The control plane's keys, from the credentials. */
  readonly keys: KeySet
  readonly audience: string
  /** The issuer of the bundle that is held; undefined accepts any that the keys vouch for. */
  readonly issuer?: string | undefined
  /** Seconds since 1970. */
  readonly now: number
}

/** @throws TokenError */
export function verifyLease(token: string, { keys, audience, issuer, now }: SignedExpectation): Lease {
  const { claims } = verifyJws(token, { type: TOKEN_TYPES.lease, keys, longest: LONGEST })
  const lease = parseClaims(Lease, claims)
  checkSame('issuer', lease.iss, issuer)
  checkSame('audience', lease.aud, audience)
  checkLifetime(lease, now, LEASE_LIFETIME)
  return lease
}
