import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { combine, split } from 'shamir-secret-sharing'
import { z } from 'zod'
import { keySeal, newSealSecret, type Seal } from './seal.ts'
import { formatShare, parseShare, type Share } from './share-text.ts'

/** Of a Shamir seal: how many shares there are, and of each what proves it without telling it. */
export const shamirParameters = z.strictObject({
  threshold: z.int().min(2).max(32),
  /** SHA-256 of each share in the order of their numbers: 256 random bits cannot be guessed from it */
  digests: z
    .array(z.string().regex(/^[0-9a-f]{64}$/))
    .min(2)
    .max(32),
})

export type ShamirParameters = z.output<typeof shamirParameters>

export interface NewShamir {
  readonly id: string
  readonly parameters: ShamirParameters
  /** in the order of their numbers; they are shown once and kept nowhere */
  readonly shares: readonly string[]
}

/**
 * Splits a new sealing key (Shamir, "How to share a secret", 1979; over GF(2^8) byte by byte). Fewer than `threshold`
 * shares say nothing about it.
 */
export async function newShamir({ shares, threshold }: { shares: number; threshold: number }): Promise<NewShamir> {
  const id = randomUUID()
  const secret = newSealSecret()
  const parts = await split(secret, shares, threshold)
  secret.fill(0)
  const made = parts.map((bytes, at) => ({ set: setOf(id), number: at + 1, bytes: Buffer.from(bytes) }))
  const digests = made.map((share) => digest(id, share).toString('hex'))
  return { id, parameters: { threshold, digests }, shares: made.map(formatShare) }
}

/** What a share is told to be; only `fits` says that it is one of this seal. */
export type Judged =
  | { readonly is: 'fits'; readonly share: Share }
  | { readonly is: 'malformed' }
  /** well written, but of another seal, or forged: which of both is not told */
  | { readonly is: 'foreign' }

/** Looks at one share by itself: nothing is combined, so nothing about the others can be learnt from the answer. */
export function judgeShare(id: string, { digests }: ShamirParameters, text: string): Judged {
  const share = parseShare(text)
  if (share === undefined) return { is: 'malformed' }
  const expected = Buffer.from(digests[share.number - 1] ?? '', 'hex')
  const own = expected.length === 32 && timingSafeEqual(digest(id, share), expected)
  return own ? { is: 'fits', share } : { is: 'foreign' }
}

/** @param shares at least `threshold`, judged, each number once */
export async function openShamir(id: string, parameters: ShamirParameters, shares: readonly Share[]): Promise<Seal> {
  const secret = await combine(shares.slice(0, parameters.threshold).map(({ bytes }) => new Uint8Array(bytes)))
  try {
    return keySeal({ id, kind: 'shamir', parameters }, secret)
  } finally {
    secret.fill(0)
  }
}

function setOf(id: string): Buffer {
  return createHash('sha256').update(`holdfast/seal/set/1 ${id}`).digest().subarray(0, 8)
}

function digest(id: string, { set, number, bytes }: Share): Buffer {
  return createHash('sha256').update(`holdfast/seal/share/1 ${id} ${number} `).update(set).update(bytes).digest()
}
