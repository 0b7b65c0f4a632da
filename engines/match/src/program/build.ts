import { hasByte } from '../bytes.ts'
import type { Node } from '../parse/node.ts'
import { alphabetOf } from './alphabet.ts'
import { add, type BuildOptions, type Draft, emit } from './emit.ts'
import { ops, type Program } from './program.ts'

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
    skipped: 0,
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
    backward: options.backward,
  }
}
