import { type ByteSet, hasByte, keyOf } from '../bytes.ts'
import { PatternError } from '../errors.ts'
import { lengthsOf } from '../parse/lengths.ts'
import type { Assertion, Node, Repeat } from '../parse/node.ts'
import { alphabetOf } from './alphabet.ts'
import { assertions, ops, type Program } from './program.ts'

export type BuildOptions = {
  /** reads from right to left */
  readonly backward: boolean
  /** keeps where groups begin and end */
  readonly saves: boolean
  /** instructions at most */
  readonly states: number
}

/** While a program is built. It grows from its end to its beginning, so that each instruction knows the next. */
type Draft = {
  readonly options: BuildOptions
  readonly op: number[]
  readonly next: number[]
  readonly arg: number[]
  readonly sets: ByteSet[]
  readonly setNumbers: Map<string, number>
  readonly asserted: Set<Assertion>
}

/** @throws PatternError `too_large` */
export function build(root: Node, options: BuildOptions): Program {
  const draft: Draft = {
    options,
    op: [],
    next: [],
    arg: [],
    sets: [],
    setNumbers: new Map(),
    asserted: new Set(),
  }
  const start = emit(draft, root, add(draft, ops.match, 0, 0))
  const alphabet = alphabetOf(draft.sets, draft.asserted)
  const member = new Uint8Array(draft.sets.length * alphabet.size)
  for (const [n, set] of draft.sets.entries()) {
    for (let symbol = 0; symbol < alphabet.size; symbol++) {
      const has = symbol !== alphabet.edge && hasByte(set, alphabet.sample[symbol] ?? 0)
      member[n * alphabet.size + symbol] = has ? 1 : 0
    }
  }
  return {
    start,
    size: draft.op.length,
    op: Uint8Array.from(draft.op),
    next: Int32Array.from(draft.next),
    arg: Int32Array.from(draft.arg),
    alphabet,
    member,
    asserts: draft.asserted.size > 0,
    backward: options.backward,
  }
}

function add(draft: Draft, op: number, next: number, arg: number): number {
  const { states } = draft.options
  if (draft.op.length >= states) throw new PatternError('too_large', 0, `a pattern of more than ${states} states`)
  draft.op.push(op)
  draft.next.push(next)
  draft.arg.push(arg)
  return draft.op.length - 1
}

/** @returns the first instruction of what matches the node and goes on at `next` */
function emit(draft: Draft, node: Node, next: number): number {
  switch (node.kind) {
    case 'empty':
      return next
    case 'set':
      return add(draft, ops.set, next, setNumber(draft, node.set))
    case 'assertion':
      draft.asserted.add(node.assertion)
      return add(draft, ops.assert, next, assertions.indexOf(node.assertion))
    case 'sequence': {
      const inOrder = draft.options.backward ? node.items : node.items.toReversed()
      return inOrder.reduce((then, item) => emit(draft, item, then), next)
    }
    case 'choice': {
      const ways = node.items.map((item) => emit(draft, item, next))
      return ways.reduceRight((other, way) => add(draft, ops.split, way, other))
    }
    case 'group': {
      if (!draft.options.saves) return emit(draft, node.item, next)
      const end = add(draft, ops.save, next, node.index * 2 + 1)
      return add(draft, ops.save, emit(draft, node.item, end), node.index * 2)
    }
    case 'repeat':
      return emitRepeat(draft, node, next)
  }
}

function emitRepeat(draft: Draft, { item, min, max, lazy }: Repeat, next: number): number {
  let then = next
  if (max === Infinity) {
    // What may match nothing is repeated as (x+)?, so that a turn that matched nothing ends the loop, as in PCRE.
    const nullable = lengthsOf(item).min === 0
    const again = split(draft, 0, next, lazy)
    const turn = emit(draft, item, again)
    redirect(draft, again, turn, lazy)
    if (min === 0) then = nullable ? split(draft, turn, next, lazy) : again
    else then = turn
  } else {
    for (let count = min; count < max; count++) then = split(draft, emit(draft, item, then), next, lazy)
  }
  const written = max === Infinity && min > 0 ? 1 : 0
  for (let count = written; count < min; count++) then = emit(draft, item, then)
  return then
}

function split(draft: Draft, into: number, past: number, lazy: boolean): number {
  return lazy ? add(draft, ops.split, past, into) : add(draft, ops.split, into, past)
}

function redirect(draft: Draft, at: number, into: number, lazy: boolean): void {
  const target = lazy ? draft.arg : draft.next
  target[at] = into
}

function setNumber(draft: Draft, set: ByteSet): number {
  const key = keyOf(set)
  const known = draft.setNumbers.get(key)
  if (known !== undefined) return known
  draft.setNumbers.set(key, draft.sets.length)
  return draft.sets.push(set) - 1
}
