import { type ByteSet, hasByte, keyOf } from '../bytes.ts'
import type { Requirement } from './requirement.ts'

/** Words of a mask, of 31 bits each: small integers stay small. */
export const maskWords = 4
const bits = maskWords * 31

/** Sets of bytes as bits of a mask. */
export type Masks = {
  /** the bits that each byte brings: `maskWords` numbers for each */
  readonly ofByte: Int32Array
  /** the bits that sets ask for, `maskWords` numbers; a set that got no bit is taken for satisfied */
  of(sets: readonly ByteSet[]): readonly number[]
}

/** Bits go to the sets that most conjunctions ask for, first of all those of conjunctions without words. */
export function createMasks(requirements: readonly Requirement[]): Masks {
  const counted = new Map<string, { readonly set: ByteSet; weight: number }>()
  for (const { words, sets } of requirements.flat()) {
    for (const set of sets) {
      const entry = counted.get(keyOf(set)) ?? { set, weight: 0 }
      entry.weight += words.length === 0 ? 1000 : 1
      counted.set(keyOf(set), entry)
    }
  }
  const chosen = [...counted.values()].toSorted((a, b) => b.weight - a.weight).slice(0, bits)
  const numbers = new Map(chosen.map(({ set }, n) => [keyOf(set), n]))
  const ofByte = new Int32Array(256 * maskWords)
  for (let byte = 0; byte < 256; byte++) {
    const held = chosen.flatMap(({ set }, n) => (hasByte(set, byte) ? [n] : []))
    ofByte.set(maskOf(held), byte * maskWords)
  }
  return { ofByte, of: (sets) => maskOf(sets.flatMap((set) => numbers.get(keyOf(set)) ?? [])) }
}

function maskOf(numbers: readonly number[]): number[] {
  const mask = Array.from({ length: maskWords }, () => 0)
  for (const number of numbers) {
    const word = Math.floor(number / 31)
    mask[word] = (mask[word] ?? 0) | (1 << (number % 31))
  }
  return mask
}
