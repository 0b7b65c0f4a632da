import { fail } from '../errors.ts'
import { Datetime } from '../extensions/datetime.ts'
import { Duration } from '../extensions/duration.ts'
import { add, type Integer, multiply, negate, subtract } from '../integer.ts'
import { equal, typeName, type Value } from '../value.ts'
import type { Compilation, Compile } from './expression.ts'
import { type Code, dynamic, long, predicate } from './run.ts'

/** Equality, order and arithmetic. Both operands are evaluated, the left one first. */
export const OPERATORS: readonly (readonly [string, Compile])[] = [
  ['==', equality(true)],
  ['!=', equality(false)],
  ['<', comparison(less)],
  ['<=', comparison(lessOrEqual)],
  ['>', comparison((a, b) => !lessOrEqual(a, b))],
  ['>=', comparison((a, b) => !less(a, b))],
  ['+', arithmetic(add)],
  ['-', arithmetic(subtract)],
  ['*', arithmetic(multiply)],
  ['neg', negation],
]

function comparison(apply: (left: Value, right: Value) => boolean): Compile {
  return (body, compilation) => {
    const left = compilation.operand(body, 'left').evaluate
    const right = compilation.operand(body, 'right').evaluate
    return predicate((run) => apply(left(run), right(run)))
  }
}

function equality(wanted: boolean): Compile {
  return (body, compilation) => {
    const left = compilation.operand(body, 'left')
    const right = compilation.operand(body, 'right')
    const [a, b] = [left.evaluate, right.evaluate]
    // Values that are no objects are equal exactly when they are identical.
    const simple = (code: Code) => code.constant !== undefined && typeof code.constant !== 'object'
    if (simple(left) || simple(right)) return predicate((run) => (a(run) === b(run)) === wanted)
    return predicate((run) => equal(a(run), b(run)) === wanted)
  }
}

function arithmetic(apply: (left: Integer, right: Integer) => Integer): Compile {
  return (body, compilation) => {
    const left = compilation.operand(body, 'left').evaluate
    const right = compilation.operand(body, 'right').evaluate
    return dynamic((run) => {
      const a = left(run)
      // Both are evaluated before either is looked at.
      const b = right(run)
      return apply(long(a), long(b))
    })
  }
}

function negation(body: unknown, compilation: Compilation): Code {
  const { evaluate } = compilation.operand(body, 'arg')
  return dynamic((run) => negate(long(evaluate(run))))
}

function less(left: Value, right: Value): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left < right
  return ordered(left, right) < ordered(right, left)
}

function lessOrEqual(left: Value, right: Value): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left <= right
  return ordered(left, right) <= ordered(right, left)
}

/** The number by which a value is ordered: longs, instants and durations are, each among its own kind only. */
function ordered(value: Value, other: Value): Integer {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return typeof other === 'number' || typeof other === 'bigint' ? value : incomparable(value, other)
  }
  if (value instanceof Datetime && other instanceof Datetime) return value.milliseconds
  if (value instanceof Duration && other instanceof Duration) return value.milliseconds
  return incomparable(value, other)
}

function incomparable(left: Value, right: Value): never {
  return fail(`${typeName(left)} cannot be compared with ${typeName(right)}`)
}
