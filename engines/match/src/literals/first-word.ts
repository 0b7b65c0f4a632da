import { tableOf } from './dense.ts'
import { doubleArrayOf } from './double-array.ts'
import type { Trie } from './trie.ts'

/** Entries of a table up to which it is kept as a whole: 1 MiB. */
const smallTable = 262_144

/** @returns the node that reports, and where: the occurrence that ends first, of those that end there the longest */
export type FirstWord = (text: string) => { readonly node: number; readonly end: number } | undefined

export function createFirstWord(trie: Trie): FirstWord {
  return trie.size * trie.symbols <= smallTable ? inTable(trie) : inDoubleArray(trie)
}

export function inTable(trie: Trie): FirstWord {
  const table = tableOf(trie)
  const { symbolOf, symbols, report } = trie
  return (text) => {
    let row = 0
    for (let at = 0; at < text.length; at++) {
      // A character that is no byte is in no phrase.
      row = table[row + (symbolOf[text.charCodeAt(at)] ?? 0)] as number
      if (row < 0) return { node: report[-row / symbols] as number, end: at + 1 }
    }
    return undefined
  }
}

export function inDoubleArray(trie: Trie): FirstWord {
  const { base, parent, fail, report } = doubleArrayOf(trie)
  const { symbolOf } = trie
  return (text) => {
    let node = 0
    for (let at = 0; at < text.length; at++) {
      const symbol = symbolOf[text.charCodeAt(at)] ?? 0
      if (symbol === 0) {
        node = 0
        continue
      }
      let child = (base[node] as number) + symbol
      while (parent[child] !== node && node !== 0) {
        node = fail[node] as number
        child = (base[node] as number) + symbol
      }
      if (parent[child] !== node) continue
      node = child
      if (report[node] !== 0) return { node: report[node] as number, end: at + 1 }
    }
    return undefined
  }
}
