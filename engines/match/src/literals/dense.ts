import type { Trie } from './trie.ts'

/**
 * A trie as a table: the row of a node is at its number times `symbols`, an entry is the row to go to, and below 0 (its negative) when a word ends
 * there.
 */
export function tableOf({ size, symbols, firstChild, nextSibling, symbol, fail, report, byDepth }: Trie): Int32Array {
  const table = new Int32Array(size * symbols)
  const fill = (node: number): void => {
    if (node !== 0)
      table.copyWithin(node * symbols, (fail[node] as number) * symbols, ((fail[node] as number) + 1) * symbols)
    for (let child = firstChild[node] as number; child !== 0; child = nextSibling[child] as number) {
      table[node * symbols + (symbol[child] as number)] = report[child] === 0 ? child * symbols : -child * symbols
    }
  }
  fill(0)
  for (const node of byDepth) fill(node)
  return table
}
