import { createSlots } from './slots.ts'
import type { Trie } from './trie.ts'

/**
 * A trie as a double array (Aoe 1989): the child of a node by a symbol is at `base[node] + symbol`, when `parent` there is the node. A few numbers
 * for each node instead of a row; a step may follow links, but in all not more of them than bytes were read.
 */
export type DoubleArray = {
  readonly base: Int32Array
  readonly parent: Int32Array
  readonly fail: Int32Array
  /** the node of the trie that reports, for each place; 0 for none */
  readonly report: Int32Array
}

export function doubleArrayOf(trie: Trie): DoubleArray {
  const { size, firstChild, nextSibling, symbol, byDepth } = trie
  const slots = createSlots(size)
  const place = new Int32Array(size)
  const bases = new Int32Array(size)
  const put = (node: number): void => {
    const children: number[] = []
    for (let child = firstChild[node] as number; child !== 0; child = nextSibling[child] as number) children.push(child)
    if (children.length === 0) return
    const at = slots.take(children.map((child) => symbol[child] as number))
    bases[node] = at
    for (const child of children) place[child] = at + (symbol[child] as number)
  }
  put(0)
  for (const node of byDepth) put(node)
  // A node without children asks at places up to that of the highest symbol.
  const room = slots.end() + trie.symbols
  const base = new Int32Array(room)
  const parent = new Int32Array(room).fill(-1)
  const fail = new Int32Array(room)
  const report = new Int32Array(room)
  for (let node = 0; node < size; node++) base[place[node] as number] = bases[node] as number
  for (let node = 0; node < size; node++) {
    for (let child = firstChild[node] as number; child !== 0; child = nextSibling[child] as number) {
      parent[place[child] as number] = place[node] as number
    }
    fail[place[node] as number] = place[trie.fail[node] as number] as number
    report[place[node] as number] = trie.report[node] as number
  }
  return { base, parent, fail, report }
}
