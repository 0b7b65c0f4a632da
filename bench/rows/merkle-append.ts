import { hash, randomBytes } from 'node:crypto'
import { append, EMPTY_TREE, ENTRY_BYTES, leafHashesOf, type Tree } from '@holdfast/merkle'
import { type Measure, measure, type Row, type RowOptions } from '../lib/row.ts'

/** Entries that are appended at once, as the sequencer does. */
const batch = 1000
const entries = randomBytes(batch * ENTRY_BYTES)
/** What SHA-256 is given for a leaf and for an inner node: a byte before the entry, or before two hashes. */
const leaf = randomBytes(1 + ENTRY_BYTES)
const node = randomBytes(65)

/** One side of the comparison: does a batch's work for a log of `size` entries. */
interface Side {
  run(size: number): void
}

/** The tree as the server keeps it: leaf hashes, tiles, the new right edge. */
function ours(): Side {
  let tree: Tree = EMPTY_TREE
  return {
    run: () => {
      tree = append(tree, leafHashesOf(entries, ENTRY_BYTES)).tree
    },
  }
}

/** As many calls over as many bytes, and nothing else: no input is put together and no digest is kept. */
function bare(form: 'buffer' | 'binary'): Side {
  let kept = 0
  return {
    run: (size) => {
      for (let at = 0; at < batch; at++) kept += hash('sha256', leaf, form).length
      const nodes = innerNodes(size + batch) - innerNodes(size)
      for (let at = 0; at < nodes; at++) kept += hash('sha256', node, form).length
    },
  }
}

/** How many inner nodes of a tree of this size are complete: each is hashed once. */
function innerNodes(size: number): number {
  let count = 0
  for (let level = Math.floor(size / 2); level > 0; level = Math.floor(level / 2)) count += level
  return count
}

/** Appends to the tree of the log against the bare hashes. */
export const merkleAppend: Row = {
  name: 'merkle-append',
  title: `Merkle appends, ${batch} entries at once`,
  peer: "the same number of bare SHA-256 calls, crypto.hash('sha256', ...), over inputs of the same sizes",
  run: async (options) => [
    compare('entries per second, digests as strings (fastest)', 'binary', options),
    compare('entries per second, digests as Buffers', 'buffer', options),
  ],
}

function compare(what: string, form: 'buffer' | 'binary', { rounds, seconds }: RowOptions): Measure {
  const sides = { ours: ours(), bare: bare(form) }
  const rates = { ours: [] as number[], bare: [] as number[] }
  const slice = seconds / 50
  let size = 0
  // Short turns, one side after the other, so that both see the same machine.
  for (let round = -1; round < rounds; round++) {
    const sums = { ours: 0, bare: 0 }
    for (let at = 0; at < 50; at++) {
      for (const name of at % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)) {
        const began = process.cpuUsage()
        let batches = 0
        for (let used = 0; used < slice * 1e6; ) {
          sides[name].run(size + batches * batch)
          batches += 1
          const { user, system } = process.cpuUsage(began)
          used = user + system
          sums[name] += used >= slice * 1e6 ? (batches * batch * 1e6) / used : 0
        }
        size += batches * batch
      }
    }
    // The first round only warms up.
    if (round < 0) continue
    rates.ours.push(sums.ours / 50)
    rates.bare.push(sums.bare / 50)
  }
  return measure(what, '1/s', false, rates.ours, rates.bare)
}
