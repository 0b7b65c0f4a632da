import { createHash, randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import type { Clock } from './clock.ts'

/** Randomness, as an argument. */
export interface Random {
  bytes(length: number): Uint8Array
  /** @returns a UUIDv7 (RFC 9562, section 5.7): sortable by the time at which it was made */
  id(): string
}

/** The generator is asked for many bytes at a time: most who want some want few, and each call costs as much as thousands of bytes. */
const pool = { bytes: Buffer.alloc(0), used: 0 }
const poolBytes = 8192

function pooled(length: number): Uint8Array {
  if (length > poolBytes / 8) return randomBytes(length)
  if (pool.used + length > pool.bytes.length) {
    pool.bytes = randomBytes(poolBytes)
    pool.used = 0
  }
  const own = pool.bytes.subarray(pool.used, (pool.used += length))
  const copy = Uint8Array.from(own)
  // Nothing is handed out twice, and nothing stays behind.
  own.fill(0)
  return copy
}

export function systemRandom(clock: Clock): Random {
  return {
    bytes: pooled,
    id: () => v7({ msecs: clock.now().getTime(), random: pooled(16) }),
  }
}

/**
 * `hfl` is in a link that was mailed, `hfv` in that of an invitation; `hfo` is the secret of an OAuth client, `hfr` with what one that registered itself manages its registration.
 */
export type SecretKind = 'hfs' | 'hfk' | 'hfc' | 'hfb' | 'hfi' | 'hfo' | 'hfr' | 'hfl' | 'hfv'

/** @returns an opaque secret of 256 bits, named by its kind so that scanners and people recognise it */
export function newSecret(random: Random, kind: SecretKind): string {
  return `${kind}_${Buffer.from(random.bytes(32)).toString('base64url')}`
}

/** What is stored of an opaque secret. A fast hash suffices: 256 bits of entropy cannot be guessed. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** @returns whether text has the shape of a secret of this kind; nothing else is looked up in the database */
export function isSecret(text: string, kind: SecretKind): boolean {
  return text.length === 47 && text.startsWith(`${kind}_`) && /^[A-Za-z0-9_-]{43}$/.test(text.slice(4))
}
