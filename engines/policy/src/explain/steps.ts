import { Compilation } from '../compile/expression.ts'
import type { Condition, Policy } from '../compile/policy.ts'
import { bool, type Run } from '../compile/run.ts'
import { compileScope, type Part, type Scope } from '../compile/scope.ts'
import { field, isObject } from '../shape.ts'
import { renderExpression, renderUid } from '../render.ts'

/** One thing that must hold for a policy to match: a scope constraint, or one conjunct of its conditions. */
export type Step = ScopeStep | ConditionStep

interface Common {
  /** Cedar text of what must hold. */
  readonly text: () => string
  readonly holds: (run: Run) => boolean
}

export interface ScopeStep extends Common {
  readonly part: Part
  readonly scope: Scope
}

export interface ConditionStep extends Common {
  readonly part: 'condition'
  /** The expression as the policy has it: a conjunct of `unless` is not yet negated. */
  readonly expression: unknown
  /** Whether it must be true; false for a conjunct of `unless`. */
  readonly wanted: boolean
}

/** By condition: the links of a template, which come and go, share theirs. */
const cache = new WeakMap<Condition, readonly ConditionStep[]>()

/** The steps of a policy: action, resource, principal, then its conditions split into their conjuncts, in order. */
export function stepsOf(policy: Policy): readonly Step[] {
  return [...scopeSteps(policy), ...policy.conditions.flatMap(conditionSteps)]
}

function scopeSteps({ scope }: Policy): ScopeStep[] {
  const steps: ScopeStep[] = []
  for (const part of ['action', 'resource', 'principal'] as const) {
    const holds = compileScope(scope[part], part)
    const text = () => renderScope(scope[part], part)
    if (holds !== undefined) steps.push({ part, text, scope: scope[part], holds })
  }
  return steps
}

function renderScope(scope: Scope, part: Part): string {
  switch (scope.op) {
    case 'All':
      return part
    case '==':
      return `${part} == ${renderUid(scope.entity)}`
    case 'in': {
      const list = scope.entities.map(renderUid).join(', ')
      return `${part} in ${scope.list ? `[${list}]` : list}`
    }
    default:
      return `${part} is ${scope.type}${scope.in === undefined ? '' : ` in ${renderUid(scope.in)}`}`
  }
}

function conditionSteps(condition: Condition): readonly ConditionStep[] {
  let steps = cache.get(condition)
  if (steps === undefined) cache.set(condition, (steps = toSteps(condition)))
  return steps
}

function toSteps({ kind, body }: Condition): readonly ConditionStep[] {
  const wanted = kind === 'when'
  return split(body, wanted ? '&&' : '||').map((expression) => {
    const { evaluate } = new Compilation('').expression(expression)
    const text = () => renderExpression(wanted ? expression : { '!': { arg: expression } })
    return { part: 'condition', text, expression, wanted, holds: (run) => bool(evaluate(run)) === wanted }
  })
}

/** `a && b && c` into its three: `when` needs each to hold; `unless { a || b }` needs each not to. */
export function split(expression: unknown, operator: '&&' | '||'): unknown[] {
  const out: unknown[] = []
  const open = [expression]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const body = isObject(next) ? field(next, operator) : undefined
    if (isObject(body)) open.push(body['right'], body['left'])
    else out.push(next)
  }
  return out
}
