import type { Tree } from './tree.ts'

/** Numbers from 0 up to 1, always the same after the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** How far an open or wide repetition goes beyond what it must. */
const MOST_MORE = 12

/**
 * A text that the expression describes, but for its edges (`\b`, `^`, `$`): whoever needs them to hold looks whether
 * they do, and draws again.
 */
export function sample(tree: Tree, random: () => number): string {
  switch (tree.kind) {
    case 'text':
      return tree.anyCase && random() < 0.3 ? tree.text.toUpperCase() : tree.text
    case 'class':
      return fromClass(tree, random)
    case 'sequence':
      return tree.items.map((item) => sample(item, random)).join('')
    case 'choice':
      return sample(pick(tree.options, random), random)
    case 'group':
      return sample(tree.of, random)
    case 'repeat': {
      const most = Math.min(tree.most, tree.least + MOST_MORE)
      // What may be left out mostly is: an empty gap is more usual than one of twelve characters.
      const times = tree.least === 0 && random() < 0.5 ? 0 : tree.least + Math.floor(random() * (most - tree.least + 1))
      return Array.from({ length: times }, () => sample(tree.of, random)).join('')
    }
    default:
      return ''
  }
}

function fromClass(tree: Extract<Tree, { kind: 'class' }>, random: () => number): string {
  // Whoever writes `.` between words means a dot.
  if (tree.ranges.at(-1)?.[1] === 0xffff && !tree.negated && tree.ranges.length <= 2) return '.'
  const codes: number[] = []
  for (let code = 32; code < 127; code += 1) {
    if (tree.ranges.some(([from, to]) => code >= from && code <= to) !== tree.negated) codes.push(code)
  }
  if (codes.length === 0) return String.fromCharCode(tree.ranges[0]?.[0] ?? 32)
  const drawn = String.fromCharCode(pick(codes, random))
  return tree.anyCase && random() < 0.5 ? drawn.toUpperCase() : drawn
}

function pick<T>(from: readonly T[], random: () => number): T {
  const picked = from[Math.floor(random() * from.length)]
  if (picked === undefined) throw new Error('there is nothing to pick from')
  return picked
}
