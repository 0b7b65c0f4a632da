import type { Node } from './node.ts'

export type Lengths = { readonly min: number; readonly max: number }

const known = new WeakMap<Node, Lengths>()

/** How many bytes a node matches, at least and at most. */
export function lengthsOf(node: Node): Lengths {
  const before = known.get(node)
  if (before !== undefined) return before
  const lengths = compute(node)
  known.set(node, lengths)
  return lengths
}

function compute(node: Node): Lengths {
  switch (node.kind) {
    case 'empty':
    case 'assertion':
      return { min: 0, max: 0 }
    case 'set':
      return { min: 1, max: 1 }
    case 'group':
      return lengthsOf(node.item)
    case 'repeat': {
      const { min, max } = lengthsOf(node.item)
      return { min: min * node.min, max: max === 0 ? 0 : max * node.max }
    }
    case 'sequence': {
      const all = node.items.map(lengthsOf)
      return { min: sum(all.map(({ min }) => min)), max: sum(all.map(({ max }) => max)) }
    }
    default: {
      const all = node.items.map(lengthsOf)
      return all.reduce((one, other) => ({ min: Math.min(one.min, other.min), max: Math.max(one.max, other.max) }))
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
