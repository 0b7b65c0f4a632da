import { createHash } from 'node:crypto'
import type { Random } from '../../../../platform/random.ts'
import { base32 } from '../totp/base32.ts'

/** A code of 120 bits: from 112 on a fast hash suffices (ASVS 5.0, 6.5.2). */
const bytes = 15
/** So many at a time. */
export const codesAtOnce = 10

/** @returns a code in six groups of four small letters and digits, of which none looks like another */
export function newRecoveryCode(random: Random): string {
  return (base32(random.bytes(bytes)).toLowerCase().match(/.{4}/g) ?? []).join('-')
}

/** @returns the code as it was made, however it was copied; undefined for what is none */
export function readRecoveryCode(typed: string): string | undefined {
  const bare = typed.toLowerCase().replaceAll(/[\s-]/g, '')
  return /^[a-z2-7]{24}$/.test(bare) ? bare : undefined
}

/** What is stored of a code: of its person alone, so that it says nothing of another's. */
export function hashRecoveryCode(person: string, code: string): Buffer {
  return createHash('sha256')
    .update(`recovery ${person} ${readRecoveryCode(code) ?? ''}`)
    .digest()
}
