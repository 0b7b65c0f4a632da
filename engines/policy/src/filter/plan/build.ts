import type { ExprJson } from '../../json.ts'
import type { JsonObject } from '../../shape.ts'
import { type Source, unsupported } from '../errors.ts'
import { EqualNode } from './equal.ts'
import { InNode } from './hierarchy.ts'
import { KnownNode } from './known.ts'
import { LikeNode } from './like.ts'
import { And, Conditional, IsType, Not, Or } from './logic.ts'
import { type Cases, Node, type Truth } from './node.ts'
import { CalculationNode, FORMS, IP_QUESTIONS, IpNode, OrderNode, ORDERS } from './numbers.ts'
import { AttributeNode, GetTagNode, HasNode, HasTagNode, ItselfNode } from './read.ts'
import { ContainsNode, IsEmptyNode, SetNode } from './sets.ts'

/** The plan of an expression of a compiled policy. */
export function build(policy: string, expression: ExprJson): Node {
  return new Builder(policy).node(expression)
}

/** The operands of an operator, by name or in a list. */
type Operands = { readonly [name: string]: unknown } | readonly unknown[]

class Builder {
  readonly #policy: string
  /** Which expressions the resource has a part in. */
  readonly #concerned: Map<unknown, boolean> = new Map()

  constructor(policy: string) {
    this.#policy = policy
  }

  node(json: unknown): Node {
    const source: Source = { policy: this.#policy, expression: json as ExprJson }
    if (!this.#concerns(json)) return new KnownNode(source)
    const [operator = '', body] = Object.entries(json as JsonObject)[0] ?? []
    return this.#of(operator, body as JsonObject, source)
  }

  #of(operator: string, body: JsonObject, source: Source): Node {
    const at = (name: string) => this.node(body[name])
    switch (operator) {
      case 'Var':
        return new ItselfNode(source)
      case '!':
        return new Not(source, at('arg'))
      case '&&':
        return new And(source, at('left'), at('right'))
      case '||':
        return new Or(source, at('left'), at('right'))
      case 'if-then-else':
        return new Conditional(source, at('if'), at('then'), at('else'))
      case '==':
      case '!=':
        return new EqualNode(source, at('left'), at('right'), operator === '==')
      case '.':
        return new AttributeNode(source, at('left'), String(body['attr']))
      case 'has':
        return new HasNode(source, at('left'), namesOf(body['attr']))
      case 'hasTag':
        return new HasTagNode(source, at('left'), at('right'))
      case 'getTag':
        return new GetTagNode(source, at('left'), at('right'))
      case 'like':
        return new LikeNode(source, at('left'), body['pattern'] as readonly unknown[])
      case 'is': {
        // `x is T in y` is `x is T && x in y`.
        const within = Object.hasOwn(body, 'in') ? new InNode(source, at('left'), at('in')) : undefined
        return new IsType(source, at('left'), String(body['entity_type']), within)
      }
      case 'in':
        return new InNode(source, at('left'), at('right'))
      case 'contains':
      case 'containsAll':
      case 'containsAny':
        return new ContainsNode(source, operator, at('left'), at('right'))
      case 'isEmpty':
        return new IsEmptyNode(source, at('arg'))
      case 'Set':
        return new SetNode(
          source,
          (body as unknown as readonly unknown[]).map((item) => this.node(item)),
        )
      default:
        return this.#call(operator, body, source)
    }
  }

  /** What works on numbers, written as an operator or as a call. */
  #call(operator: string, body: JsonObject, source: Source): Node {
    if (!ORDERS.has(operator) && !FORMS.has(operator) && !IP_QUESTIONS.has(operator)) {
      return new UnsupportedNode(source)
    }
    const list = Array.isArray(body) ? (body as readonly unknown[]) : [body['left'] ?? body['arg'], body['right']]
    const [first, second] = list
    const right = second === undefined ? undefined : this.node(second)
    const left = this.node(first)
    const order = ORDERS.get(operator)
    if (order !== undefined && right !== undefined) return new OrderNode(source, order, left, right)
    const form = FORMS.get(operator)
    const single = form?.constant !== undefined
    if (form !== undefined && (right === undefined) === single) return new CalculationNode(source, form, left, right)
    if (IP_QUESTIONS.has(operator) && (right !== undefined) === (operator === 'isInRange')) {
      return new IpNode(source, operator, left, right ?? left)
    }
    return new UnsupportedNode(source)
  }

  #concerns(json: unknown): boolean {
    const known = this.#concerned.get(json)
    if (known !== undefined) return known
    const [operator = '', body] = Object.entries(json as JsonObject)[0] ?? []
    const concerns =
      operator === 'Var' ? body === 'resource' : operator !== 'Value' && this.#any(operator, body as Operands)
    this.#concerned.set(json, concerns)
    return concerns
  }

  /** Operands are objects with an operator; what else stands in a body (names, patterns) is not. */
  #any(operator: string, body: Operands): boolean {
    for (const [name, operand] of Object.entries(body)) {
      if (operator !== 'Record' && NO_OPERANDS.has(name)) continue
      if (typeof operand === 'object' && operand !== null && this.#concerns(operand)) return true
    }
    return false
  }
}

const NO_OPERANDS: ReadonlySet<string> = new Set(['pattern', 'attr', 'entity_type'])

/** What has no form in SQL: refused where it is reached, and not where a policy does not come that far. */
class UnsupportedNode extends Node {
  override truth(): Truth {
    return unsupported('this has no form in SQL', this.source)
  }

  override cases(): Cases {
    return unsupported('this has no form in SQL', this.source)
  }
}

function namesOf(attr: unknown): readonly string[] {
  return Array.isArray(attr) ? (attr as string[]) : [String(attr)]
}
