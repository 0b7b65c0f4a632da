import { Compilation } from '../../compile/expression.ts'
import { type Evaluate, Run } from '../../compile/run.ts'
import type { Entities } from '../../entities.ts'
import { RecordValue, type EntityUid, type Value } from '../../value.ts'
import type { Source } from '../errors.ts'
import { TRUE } from '../residual.ts'
import { always, attempt, type Cases, type Context, FAILS, Node, type Truth, truthOf } from './node.ts'

/** An expression in which the resource has no part: the evaluator itself says what it is. */
export class KnownNode extends Node {
  readonly #evaluate: Evaluate

  constructor(source: Source) {
    super(source)
    this.#evaluate = new Compilation(source.policy).expression(source.expression).evaluate
  }

  override truth({ run }: Context): Truth {
    return attempt(() => {
      const value = this.#evaluate(run)
      return typeof value === 'boolean' ? truthOf(value) : FAILS
    }, FAILS)
  }

  override cases({ run }: Context): Cases {
    return attempt<Cases>(() => always({ kind: 'value', value: this.#evaluate(run) }), { list: [], error: TRUE })
  }
}

/** What two values make. Throws `EvaluationError`. */
export type Operation = (left: Value, right: Value, entities: Entities) => Value

const EMPTY = new RecordValue(new Map())

/**
 * An operator of the evaluator on two values that are already there: its code, with its operands in the places of two variables. So an operator has
 * one meaning, not one here and another there.
 * @param body makes the operator's body of the two places
 */
export function operation(operator: string, body: (left: object, right: object) => unknown = operands): Operation {
  const expression = { [operator]: body({ Var: 'principal' }, { Var: 'action' }) }
  const { evaluate } = new Compilation(operator).expression(expression)
  return (left, right, entities) => {
    const run = new Run(left as EntityUid, right as EntityUid, left as EntityUid, EMPTY, entities)
    return evaluate(run)
  }
}

function operands(left: object, right: object): unknown {
  return { left, right }
}

/** A condition on two values, as the evaluator decides it. */
export function decided(apply: Operation, left: Value, right: Value, { entities }: Context): Truth {
  return attempt(() => truthOf(apply(left, right, entities) === true), FAILS)
}

/** A value made of two, or the failure. */
export function made(apply: Operation, left: Value, right: Value, { entities }: Context): Cases {
  return attempt<Cases>(() => always({ kind: 'value', value: apply(left, right, entities) }), {
    list: [],
    error: TRUE,
  })
}
