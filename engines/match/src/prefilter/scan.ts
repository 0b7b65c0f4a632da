import { tableOf } from '../literals/dense.ts'
import type { Trie } from '../literals/trie.ts'
import type { Conditions } from './conditions.ts'
import { maskWords } from './masks.ts'

/** Turns are counted in 31 bits, and begin anew then. */
const lastTurn = 0x7fffffff

/** Sets the bits of the members that may match. */
export type Scan = (text: string, into: Uint32Array) => void

export function createScan(conditions: Conditions, trie: Trie): Scan {
  const { membersOf, partOf, needs, masks, members, wordless, maskOfByte } = conditions
  const { symbolOf, symbols, report, fail, word } = trie
  const table = tableOf(trie)
  // Which words were seen in this turn, and how many of each conjunction.
  const seen = new Int32Array(conditions.words.length)
  const counted = new Int32Array(needs.length)
  const counts = new Int32Array(needs.length)
  const full = new Int32Array(needs.length)
  let turn = 0
  let fulls = 0

  function found(node: number, into: Uint32Array): void {
    for (let at = report[node] as number; at !== 0; at = report[fail[at] as number] as number) {
      const number = word[at] as number
      // Its suffixes were seen with it.
      if (seen[number] === turn) return
      seen[number] = turn
      mark(into, membersOf[number] as Int32Array)
      const parts = partOf[number] as Int32Array
      for (let n = 0; n < parts.length; n++) {
        const part = parts[n] as number
        const count = counted[part] === turn ? (counts[part] as number) + 1 : 1
        counted[part] = turn
        counts[part] = count
        if (count === needs[part]) full[fulls++] = part
      }
    }
  }

  return (text, into) => {
    if (++turn === lastTurn) {
      turn = 1
      seen.fill(0)
      counted.fill(0)
    }
    fulls = 0
    let row = 0
    let first = 0
    let second = 0
    let third = 0
    let fourth = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      const bits = code * maskWords
      first |= maskOfByte[bits] as number
      second |= maskOfByte[bits + 1] as number
      third |= maskOfByte[bits + 2] as number
      fourth |= maskOfByte[bits + 3] as number
      row = table[row + (symbolOf[code] as number)] as number
      if (row < 0) {
        row = -row
        found(row / symbols, into)
      }
    }
    // A character that is no byte leads nowhere, and all behind it too.
    if (!(row >= 0)) throw new RangeError('a character that is not a byte (latin1)')
    for (let n = 0; n < wordless + fulls; n++) {
      const part = n < wordless ? n : (full[n - wordless] as number)
      const at = part * maskWords
      // Most lack a bit of the first word already: it has the sets that are asked for most.
      if (((masks[at] as number) & ~first) !== 0) continue
      const lacks =
        ((masks[at + 1] as number) & ~second) |
        ((masks[at + 2] as number) & ~third) |
        ((masks[at + 3] as number) & ~fourth)
      if (lacks === 0) mark(into, members[part] as Int32Array)
    }
  }
}

function mark(bits: Uint32Array, members: Int32Array): void {
  for (let n = 0; n < members.length; n++) {
    const member = members[n] as number
    bits[member >>> 5] = (bits[member >>> 5] as number) | (1 << (member & 31))
  }
}
