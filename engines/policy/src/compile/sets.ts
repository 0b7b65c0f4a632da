import { SetValue, type Value } from '../value.ts'
import type { Compilation, Compile } from './expression.ts'
import { type Code, constant, dynamic, predicate, set } from './run.ts'

/** Sets and what is asked of them. */
export const SETS: readonly (readonly [string, Compile])[] = [
  ['Set', literalSet],
  ['contains', binary((left, right) => set(left).has(right))],
  ['containsAll', binary(containsAll)],
  ['containsAny', binary(containsAny)],
  ['isEmpty', isEmpty],
]

function binary(apply: (left: Value, right: Value) => boolean): Compile {
  return (body, compilation) => {
    const left = compilation.operand(body, 'left').evaluate
    const right = compilation.operand(body, 'right').evaluate
    return predicate((run) => apply(left(run), right(run)))
  }
}

/** A set written out; of constants it is built once. */
function literalSet(body: unknown, compilation: Compilation): Code {
  if (!Array.isArray(body)) return compilation.refuse('a set must be a list')
  const items: Code[] = []
  const values: Value[] = []
  for (const item of body as unknown[]) {
    const code = compilation.expression(item)
    items.push(code)
    if (code.constant !== undefined) values.push(code.constant)
  }
  if (values.length === items.length) return constant(new SetValue(values))
  return dynamic((run) => {
    const list: Value[] = []
    for (const item of items) list.push(item.evaluate(run))
    return new SetValue(list)
  })
}

function containsAll(left: Value, right: Value): boolean {
  const all = set(left)
  for (const item of set(right).items) if (!all.has(item)) return false
  return true
}

function containsAny(left: Value, right: Value): boolean {
  const any = set(left)
  for (const item of set(right).items) if (any.has(item)) return true
  return false
}

function isEmpty(body: unknown, compilation: Compilation): Code {
  const { evaluate } = compilation.operand(body, 'arg')
  return predicate((run) => set(evaluate(run)).items.length === 0)
}
