import type { Policy } from '../../compile/policy.ts'
import type { ExprJson } from '../../json.ts'
import type { EntityUid } from '../../value.ts'
import type { Source } from '../errors.ts'
import { or } from '../residual.ts'
import { build } from './build.ts'
import { equal } from './equal.ts'
import { isIn } from './hierarchy.ts'
import { both } from './logic.ts'
import { type Context, exact, type Facts, learn, type Node, type Truth, truthOf, YES } from './node.ts'

/** A policy made ready to be asked which resources it matches. */
export class PolicyPlan {
  readonly #policy: Policy
  readonly #conditions: readonly { readonly wanted: boolean; readonly node: Node }[]

  constructor(policy: Policy) {
    this.#policy = policy
    this.#conditions = policy.conditions.map(({ kind, body }) => ({
      wanted: kind === 'when',
      node: build(policy.id, body),
    }))
  }

  /** For which resources its scope and its conditions hold. That principal and action are in its scope is for the caller to know. */
  truth(context: Context): Truth {
    return this.#from(context, null, this.#scope(context), 0)
  }

  #from(context: Context, facts: Facts | null, before: Truth, at: number): Truth {
    const condition = this.#conditions[at]
    if (condition === undefined) return before
    return both(before, ({ yes }) => {
      const known = learn(facts, yes)
      const truth = condition.node.truth(context, known)
      const wanted = condition.wanted ? truth : { yes: truth.no, no: truth.yes, error: truth.error }
      return this.#from(context, known, wanted, at + 1)
    })
  }

  #scope(context: Context): Truth {
    const { resource } = this.#policy.scope
    const { itself } = context
    switch (resource.op) {
      case 'All':
        return YES
      case '==': {
        const { entity } = resource
        return exact(equal(itself, { kind: 'value', value: entity }, this.#source('==', entity)))
      }
      case 'in':
        return exact(or(resource.entities.map((entity) => isIn(itself, [entity], context, this.#source('in', entity)))))
      default: {
        const is = truthOf(itself.type.kind === 'entity' && itself.type.name === resource.type)
        const target = resource.in
        if (target === undefined) return is
        return both(is, () => exact(isIn(itself, [target], context, this.#source('in', target))))
      }
    }
  }

  /** The scope's constraint as an expression. */
  #source(operator: string, { type, id }: EntityUid): Source {
    const expression: ExprJson = {
      [operator]: { left: { Var: 'resource' }, right: { Value: { __entity: { type, id } } } },
    }
    return { policy: this.#policy.id, expression }
  }
}

const plans = new WeakMap<Policy, PolicyPlan>()

/** The plan of a policy, made once. */
export function planOf(policy: Policy): PolicyPlan {
  let plan = plans.get(policy)
  if (plan === undefined) plans.set(policy, (plan = new PolicyPlan(policy)))
  return plan
}
