import { ApplicationId } from '@holdfast/events'
import { z } from 'zod'
import { parseClaims } from './claims.ts'
import { TOKEN_TYPES } from './constants.ts'
import { type SigningKey, signJws, verifyJws } from './jws.ts'
import type { KeySet } from './keys.ts'

/** One process that had a lease when it was asked whether everybody has the change, and why it no longer acts by what was before. */
export interface ConcludedEdge {
  /** Id of the service as which it came. */
  readonly service: string
  /** Random id of the process. */
  readonly instance: string
  readonly kind: 'sdk' | 'gateway'
  /** null for a gateway. */
  readonly application: string | null
  /** It said that it has it; its lease is over; or it said that it ends and allows nothing any more. */
  readonly how: 'acknowledged' | 'lapsed' | 'left'
  /** What it had said that it holds. */
  readonly epoch: number
  readonly cursor: number
}

/** The control plane's word that a change is effective everywhere. */
export interface Receipt {
  /** The control plane's public URL. */
  readonly iss: string
  readonly tenant: string
  /** Id of the event `revocation.effective`. */
  readonly jti: string
  /** Seconds since 1970. */
  readonly iat: number
  /** Every change of the tenant up to this epoch. */
  readonly epoch: number
  /** Every ended session up to this place of the feed. */
  readonly cursor: number
  /** The application whose edges were asked, with the gateways; null for all. */
  readonly application: string | null
  /** From then on no edge decides by anything older: RFC 3339, by the clock of the database. */
  readonly effectiveAt: string
  /** All that had a lease when it was asked; none means that there was nobody who could have allowed anything. */
  readonly edges: readonly ConcludedEdge[]
}

const LONGEST = 4 * 1024 * 1024
const count = z.int().nonnegative()
const text = z.string().min(1).max(256)

export const Receipt: z.ZodType<Receipt> = z.strictObject({
  iss: z.string().min(1).max(2048),
  tenant: text,
  jti: text,
  iat: count,
  epoch: count,
  cursor: count,
  application: ApplicationId.nullable(),
  effectiveAt: z.iso.datetime(),
  edges: z.array(
    z.strictObject({
      service: text,
      instance: text,
      kind: z.enum(['sdk', 'gateway']),
      application: ApplicationId.nullable(),
      how: z.enum(['acknowledged', 'lapsed', 'left']),
      epoch: count,
      cursor: count,
    }),
  ),
})

/** @throws TokenError `claims` when the receipt has not its shape */
export function signReceipt(receipt: Receipt, key: SigningKey): string {
  return signJws(TOKEN_TYPES.receipt, parseClaims(Receipt, receipt), key)
}

/**
 * Needs no server: the keys are those of an edge's credentials (`trust`). A receipt has no end, since what it says stays true.
 * @throws TokenError
 */
export function verifyReceipt(token: string, { keys }: { readonly keys: KeySet }): Receipt {
  return parseClaims(Receipt, verifyJws(token, { type: TOKEN_TYPES.receipt, keys, longest: LONGEST }).claims)
}
