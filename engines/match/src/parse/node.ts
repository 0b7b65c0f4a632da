import { type ByteSet, union } from '../bytes.ts'

/**
 * `text-end-newline` holds at the end and before a newline that is the last byte (`\Z`, and `$` unless dollarEndOnly). `line-start` does not hold
 * behind a newline that is the last byte: PCRE's rule.
 */
export type Assertion =
  | 'text-start'
  | 'text-end'
  | 'text-end-newline'
  | 'line-start'
  | 'line-end'
  | 'word-boundary'
  | 'not-word-boundary'

/** A pattern, parsed: letters of both cases and escapes are sets of bytes already, flags are gone. */
export type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: ByteSet }
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  /** in order of preference */
  | { readonly kind: 'choice'; readonly items: readonly Node[] }
  | Repeat
  | { readonly kind: 'group'; readonly index: number; readonly item: Node }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }

export type Repeat = {
  readonly kind: 'repeat'
  readonly item: Node
  readonly min: number
  /** Infinity for none */
  readonly max: number
  readonly lazy: boolean
}

export type Pattern = {
  readonly root: Node
  readonly groupCount: number
  readonly groupNames: ReadonlyMap<string, number>
}

const empty: Node = { kind: 'empty' }

export function sequence(items: readonly Node[]): Node {
  const flat = items.flatMap((item) => (item.kind === 'sequence' ? item.items : item.kind === 'empty' ? [] : [item]))
  const [only = empty] = flat
  return flat.length < 2 ? only : { kind: 'sequence', items: flat }
}

/** Neighbours of one byte become one set: which of them was preferred makes no difference. */
export function choice(items: readonly Node[]): Node {
  const merged: Node[] = []
  for (const item of items.flatMap((item) => (item.kind === 'choice' ? item.items : [item]))) {
    const last = merged.at(-1)
    if (item.kind === 'set' && last?.kind === 'set') merged[merged.length - 1] = set(union(last.set, item.set))
    else merged.push(item)
  }
  const [only = empty] = merged
  return merged.length < 2 ? only : { kind: 'choice', items: merged }
}

export function repeat(item: Node, min: number, max: number, lazy: boolean): Node {
  if (item.kind === 'empty' || max === 0) return empty
  if (min === 1 && max === 1) return item
  return { kind: 'repeat', item, min, max, lazy }
}

export function set(bytes: ByteSet): Node {
  return { kind: 'set', set: bytes }
}
