import { type ByteSet, keyOf } from '../bytes.ts'
import { PatternError } from '../errors.ts'
import { lengthsOf } from '../parse/lengths.ts'
import type { Assertion, Node, Repeat } from '../parse/node.ts'
import { assertions, ops } from './program.ts'

export type BuildOptions = {
  /** reads from right to left */
  readonly backward: boolean
  /** keeps where groups begin and end */
  readonly saves: boolean
  /**
   * A turn of a loop that matched nothing ends the loop, as in PCRE. It makes no difference to whether a text matches, only to which of several
   * matches is preferred; and it copies what is inside of such a loop.
   */
  readonly exact: boolean
  /** instructions at most */
  readonly states: number
}

/** While a program is made: from its end to its beginning, so that each instruction knows the next. */
export type Draft = {
  readonly options: BuildOptions
  readonly op: number[]
  readonly next: number[]
  readonly arg: number[]
  readonly sets: ByteSet[]
  readonly setNumbers: Map<string, number>
  readonly asserted: Set<Assertion>
  /** what would be there if groups were kept: it counts, so that whoever keeps them later has no larger program than was allowed */
  skipped: number
}

/** Where to go on inside of a turn of a loop: while nothing was read in it, and after. */
type Ways = { readonly fresh: number; readonly after: number }

export function add(draft: Draft, op: number, next: number, arg: number): number {
  const { states } = draft.options
  if (draft.op.length + draft.skipped >= states)
    throw new PatternError('too_large', 0, `a pattern of more than ${states} states`)
  draft.op.push(op)
  draft.next.push(next)
  draft.arg.push(arg)
  return draft.op.length - 1
}

/** @returns the first instruction of what matches the node and goes on at `next` */
export function emit(draft: Draft, node: Node, next: number): number {
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
    case 'choice':
      return emitChoice(
        draft,
        node.items.map((item) => emit(draft, item, next)),
      )
    case 'group':
      if (!draft.options.saves) return emit(skipping(draft), node.item, next)
      return add(draft, ops.save, emit(draft, node.item, closing(draft, node.index, next)), node.index * 2)
    default:
      return emitRepeat(draft, node, next)
  }
}

function emitRepeat(draft: Draft, { item, min, max, lazy }: Repeat, next: number): number {
  let then = next
  let written = 0
  if (max !== Infinity) {
    for (let count = min; count < max; count++) then = split(draft, emit(draft, item, then), next, lazy)
  } else if (draft.options.exact && lengthsOf(item).min === 0) {
    then = emitLoop(draft, item, next, lazy)
  } else {
    const again = split(draft, 0, next, lazy)
    const turn = emit(draft, item, again)
    redirect(draft, again, turn, lazy)
    // x+ is the loop, entered by its first turn.
    written = Math.min(min, 1)
    then = min === 0 ? again : turn
  }
  for (let count = written; count < min; count++) then = emit(draft, item, then)
  return then
}

/** x* where x may match nothing. */
function emitLoop(draft: Draft, item: Node, next: number, lazy: boolean): number {
  const again = split(draft, 0, next, lazy)
  redirect(draft, again, emitFresh(draft, item, { fresh: next, after: again }), lazy)
  return again
}

/** As `emit`, inside of a turn in which nothing was read yet; forward only. */
function emitFresh(draft: Draft, node: Node, ways: Ways): number {
  switch (node.kind) {
    case 'empty':
    case 'assertion':
      return emit(draft, node, ways.fresh)
    case 'set':
      return emit(draft, node, ways.after)
    case 'sequence':
      return emitFreshSequence(draft, node.items, ways)
    case 'choice':
      return emitChoice(
        draft,
        node.items.map((item) => emitFresh(draft, item, ways)),
      )
    case 'group': {
      if (!draft.options.saves) return emitFresh(skipping(draft), node.item, ways)
      const closed = {
        fresh: closing(draft, node.index, ways.fresh),
        after: closing(draft, node.index, ways.after),
      }
      return add(draft, ops.save, emitFresh(draft, node.item, closed), node.index * 2)
    }
    default:
      return emitFreshRepeat(draft, node, ways)
  }
}

/** What stands behind something that reads is never fresh, and what stands behind nothing that can read is never after. */
function emitFreshSequence(draft: Draft, items: readonly Node[], ways: Ways): number {
  const reading = items.findIndex((item) => lengthsOf(item).min > 0)
  const last = reading < 0 ? items.length - 1 : reading
  let { fresh, after } = ways
  for (let n = items.length - 1; n > last; n--) after = emit(draft, items[n] as Node, after)
  for (let n = last; n >= 0; n--) {
    const item = items[n] as Node
    const before = fresh
    fresh = emitFresh(draft, item, { fresh: before, after })
    if (n > 0) after = emit(draft, item, after)
  }
  return fresh
}

function emitFreshRepeat(draft: Draft, { item, min, max, lazy }: Repeat, ways: Ways): number {
  let { fresh, after } = ways
  if (max === Infinity) {
    after = emit(draft, { kind: 'repeat', item, min: 0, max, lazy }, ways.after)
    fresh = split(draft, emitFresh(draft, item, { fresh: ways.fresh, after }), ways.fresh, lazy)
  } else {
    for (let count = min; count < max; count++) {
      const then = { fresh, after }
      fresh = split(draft, emitFresh(draft, item, then), ways.fresh, lazy)
      after = split(draft, emit(draft, item, then.after), ways.after, lazy)
    }
  }
  for (let count = 0; count < min; count++) {
    fresh = emitFresh(draft, item, { fresh, after })
    after = emit(draft, item, after)
  }
  return fresh
}

function emitChoice(draft: Draft, ways: readonly number[]): number {
  return ways.reduceRight((other, way) => add(draft, ops.split, way, other))
}

function skipping(draft: Draft): Draft {
  draft.skipped += 2
  return draft
}

function closing(draft: Draft, group: number, next: number): number {
  return add(draft, ops.save, next, group * 2 + 1)
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
