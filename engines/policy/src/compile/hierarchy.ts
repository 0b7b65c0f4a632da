import { fail } from '../errors.ts'
import { EntityUid, SetValue, typeName, type Value } from '../value.ts'
import type { Compilation, Compile } from './expression.ts'
import { type Code, entity, predicate, type Run } from './run.ts'

/** `in` and `is`. */
export const HIERARCHY: readonly (readonly [string, Compile])[] = [
  ['in', within],
  ['is', isType],
]

function within(body: unknown, compilation: Compilation): Code {
  const left = compilation.operand(body, 'left').evaluate
  const right = compilation.operand(body, 'right').evaluate
  return predicate((run) => {
    const value = entity(left(run))
    return isIn(run, value, right(run))
  })
}

/** In an entity, or in any of a set of entities; every element of the set must be an entity, even past the one that holds. */
function isIn(run: Run, value: EntityUid, target: Value): boolean {
  if (target instanceof EntityUid) return run.isIn(value, target)
  if (!(target instanceof SetValue)) return fail(`expected an entity or a set of entities, got ${typeName(target)}`)
  for (const item of target.items) entity(item)
  for (const item of target.items) if (run.isIn(value, entity(item))) return true
  return false
}

/** `x is T` and `x is T in y`, which means `x is T && x in y`. */
function isType(body: unknown, compilation: Compilation): Code {
  const left = compilation.operand(body, 'left').evaluate
  const type = compilation.text(body, 'entity_type')
  if (!Object.hasOwn(compilation.body(body), 'in')) return predicate((run) => entity(left(run)).type === type)
  const right = compilation.operand(body, 'in').evaluate
  return predicate((run) => {
    const value = entity(left(run))
    return value.type === type && isIn(run, value, right(run))
  })
}
