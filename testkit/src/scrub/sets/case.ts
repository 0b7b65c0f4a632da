import { createHash } from 'node:crypto'

/** One text of a public set. */
export interface Case {
  /** name of the set */
  readonly set: string
  /**
   * what the text was written for (a rule, a detector, a file): the sets are halved by it, so that no form is in both
   * halves
   */
  readonly unit: string
  readonly text: string
  /** the secrets that must be gone; empty: the text is honest, and nothing in it may change */
  readonly secrets: readonly string[]
}

export type Half = 'tuned' | 'held out'

/** Which half a unit is in: by the first bit of the SHA-256 of its name. Whoever tunes looks at the first half only. */
export function halfOf(unit: string): Half {
  const first = createHash('sha256').update(unit.toLowerCase()).digest()[0] ?? 0
  return first < 128 ? 'tuned' : 'held out'
}

/**
 * Whether a secret is gone: neither it nor a stretch of half of it is left (of a card number the last four digits may
 * be).
 */
export function isGone(secret: string, scrubbed: string): boolean {
  const least = Math.max(8, Math.ceil(secret.length / 2))
  if (secret.length <= least) return !scrubbed.includes(secret)
  for (let at = 0; at + least <= secret.length; at += 1) {
    if (scrubbed.includes(secret.slice(at, at + least))) return false
  }
  return true
}
