import { Compilation } from '../compile/expression.ts'
import type { Run } from '../compile/run.ts'
import { EvaluationError, type Missing } from '../errors.ts'
import type { Uid } from '../json.ts'
import { field, isObject, type JsonObject } from '../shape.ts'
import { EntityUid, RecordValue, SetValue, type Value } from '../value.ts'
import { type Stopped, uidOf } from './nearest.ts'
import type { ConditionStep, ScopeStep } from './steps.ts'

/** What would have to be there for the step to hold, where that can be said: a group, an attribute, a tag, an entity. */
export function missingOf({ step, error }: Stopped, run: Run): Missing | null {
  if (error !== null) return error.missing
  return step.part === 'condition' ? ofCondition(step, run) : ofScope(step, run)
}

function ofScope({ part, scope }: ScopeStep, run: Run): Missing | null {
  const uid = uidOf(run, part)
  if (scope.op === 'in') return membership(uid, scope.entities)
  if (scope.op !== 'is' || scope.in === undefined || scope.type !== uid.type) return null
  return membership(uid, [scope.in])
}

function membership(of: Uid, groups: readonly Uid[]): Missing {
  return { what: 'membership', of: plain(of), in: groups.map(plain) }
}

function plain({ type, id }: Uid): Uid {
  return { type, id }
}

/** `x in y`, `x has a` and `x.hasTag("t")` that had to be true and were not. */
function ofCondition({ expression, wanted }: ConditionStep, run: Run): Missing | null {
  if (!wanted || !isObject(expression)) return null
  for (const operator of ['in', 'has', 'hasTag'] as const) {
    const body = field(expression, operator)
    if (!isObject(body)) continue
    const left = valueOf(body['left'], run)
    return operator === 'in' ? ofIn(left, valueOf(body['right'], run)) : ofPresence(operator, left, body, run)
  }
  return null
}

function ofIn(left: Value | undefined, right: Value | undefined): Missing | null {
  if (!(left instanceof EntityUid)) return null
  const targets = right instanceof SetValue ? right.items : [right]
  const uids: EntityUid[] = []
  for (const target of targets) if (target instanceof EntityUid) uids.push(target)
  return uids.length === 0 ? null : membership(left, uids)
}

function ofPresence(operator: 'has' | 'hasTag', left: Value | undefined, body: JsonObject, run: Run): Missing | null {
  const of = left instanceof EntityUid ? plain(left) : null
  if (of === null && !(left instanceof RecordValue)) return null
  if (operator === 'hasTag') {
    const name = valueOf(body['right'], run)
    return typeof name === 'string' ? { what: 'tag', of, name } : null
  }
  const attribute = body['attr']
  // Of `x has a.b.c` it is not known how far it goes.
  return typeof attribute === 'string' ? { what: 'attribute', of, name: attribute } : null
}

function valueOf(expression: unknown, run: Run): Value | undefined {
  try {
    return new Compilation('').expression(expression).evaluate(run)
  } catch (error) {
    if (error instanceof EvaluationError) return undefined
    throw error
  }
}
