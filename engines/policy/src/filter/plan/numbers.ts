import { parseIp } from '../../extensions/ipaddr.ts'
import type { Type } from '../../schema/types.ts'
import { type Source, unsupported } from '../errors.ts'
import { type Calculation, not, or, type Residual, type Term, TRUE } from '../residual.ts'
import { kindOf, type Kind } from './kind.ts'
import { decided, made, type Operation, operation } from './known.ts'
import {
  always,
  atom,
  type Cases,
  Condition,
  type Context,
  each,
  exact,
  type Facts,
  FAILS,
  mapped,
  type Node,
  Relation,
  type Truth,
  Valued,
} from './node.ts'

const ORDERED: ReadonlySet<Kind> = new Set<Kind>(['long', 'datetime', 'duration'])

/** How an order is made of `less` and `lessOrEqual`. */
export interface Order {
  readonly op: 'less' | 'lessOrEqual'
  readonly negated: boolean
  readonly apply: Operation
  readonly kinds: ReadonlySet<Kind>
}

function orders(names: readonly [string, string, string, string], kinds: ReadonlySet<Kind>, args: boolean) {
  const apply = (name: string) => (args ? operation(name, (left, right) => [left, right]) : operation(name))
  const [less, lessOrEqual, greater, greaterOrEqual] = names
  return [
    [less, { op: 'less', negated: false, apply: apply(less), kinds }],
    [lessOrEqual, { op: 'lessOrEqual', negated: false, apply: apply(lessOrEqual), kinds }],
    [greater, { op: 'lessOrEqual', negated: true, apply: apply(greater), kinds }],
    [greaterOrEqual, { op: 'less', negated: true, apply: apply(greaterOrEqual), kinds }],
  ] as const
}

export const ORDERS: ReadonlyMap<string, Order> = new Map<string, Order>([
  ...orders(['<', '<=', '>', '>='], ORDERED, false),
  ...orders(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'], new Set<Kind>(['decimal']), true),
])

/** `<`, `<=`, `>`, `>=`, and the same of decimals. */
export class OrderNode extends Relation {
  readonly #order: Order

  constructor(source: Source, order: Order, left: Node, right: Node) {
    super(source, left, right)
    this.#order = order
  }

  protected override relate(left: Term, right: Term, context: Context): Truth {
    const { op, negated, apply, kinds } = this.#order
    if (left.kind === 'value' && right.kind === 'value') return decided(apply, left.value, right.value, context)
    const kind = kindOf(left)
    if (kind !== kindOf(right) || !kinds.has(kind)) return FAILS
    return exact(atom({ op, left, right }, negated, this.source))
  }
}

/** What a calculation takes and gives, and whether its result may leave 64 bits. */
interface Form {
  readonly operator: Calculation['operator']
  readonly left: Kind
  readonly right: Kind
  readonly type: Type
  readonly overflows: boolean
  readonly apply: Operation
  /** For what has one operand: the second one. */
  readonly constant: number | undefined
}

const LONG: Type = { kind: 'long' }
const DATETIME: Type = { kind: 'extension', constructor: 'datetime' }
const DURATION: Type = { kind: 'extension', constructor: 'duration' }
const DAY = 86_400_000

function long(operator: '+' | '-' | '*'): [string, Form] {
  const form = { operator, left: 'long', right: 'long', type: LONG, overflows: true, constant: undefined } as const
  return [operator, { ...form, apply: operation(operator) }]
}

function ofTwo(name: string, operator: '+' | '-', right: Kind, type: Type): [string, Form] {
  const apply = operation(name, (first, second) => [first, second])
  return [name, { operator, left: 'datetime', right, type, overflows: true, constant: undefined, apply }]
}

function ofOne(name: string, operator: Calculation['operator'], left: Kind, type: Type, by: number): [string, Form] {
  const apply = operation(name, (only) => [only])
  return [name, { operator, left, right: 'long', type, overflows: operator === 'floor', constant: by, apply }]
}

export const FORMS: ReadonlyMap<string, Form> = new Map<string, Form>([
  long('+'),
  long('-'),
  long('*'),
  [
    'neg',
    {
      operator: 'neg',
      left: 'long',
      right: 'long',
      type: LONG,
      overflows: true,
      constant: 0,
      apply: operation('neg', (arg) => ({ arg })),
    },
  ],
  ofTwo('offset', '+', 'duration', DATETIME),
  ofTwo('durationSince', '-', 'datetime', DURATION),
  ofOne('toDate', 'floor', 'datetime', DATETIME, DAY),
  ofOne('toTime', 'modulo', 'datetime', DURATION, DAY),
  ofOne('toMilliseconds', 'quotient', 'duration', LONG, 1),
  ofOne('toSeconds', 'quotient', 'duration', LONG, 1000),
  ofOne('toMinutes', 'quotient', 'duration', LONG, 60_000),
  ofOne('toHours', 'quotient', 'duration', LONG, 3_600_000),
  ofOne('toDays', 'quotient', 'duration', LONG, DAY),
])

/** Arithmetic. What leaves 64 bits fails, as in Cedar. */
export class CalculationNode extends Valued {
  readonly #form: Form
  readonly #left: Node
  readonly #right: Node | undefined

  constructor(source: Source, form: Form, left: Node, right: Node | undefined) {
    super(source)
    this.#form = form
    this.#left = left
    this.#right = right
  }

  override cases(context: Context, facts: Facts | null): Cases {
    return mapped(this.#left.cases(context, facts), (left) => {
      if (this.#right === undefined) {
        const right: Term = { kind: 'value', value: this.#form.constant ?? 0 }
        return left.kind === 'value' ? made(this.#form.apply, left.value, left.value, context) : this.#of(left, right)
      }
      return mapped(this.#right.cases(context, facts), (right) =>
        left.kind === 'value' && right.kind === 'value'
          ? made(this.#form.apply, left.value, right.value, context)
          : this.#of(left, right),
      )
    })
  }

  #of(left: Term, right: Term): Cases {
    const form = this.#form
    if (kindOf(left) !== form.left || kindOf(right) !== form.right) return { list: [], error: TRUE }
    const term: Calculation = { kind: 'calculation', operator: form.operator, left, right, type: form.type }
    if (!form.overflows) return always(term)
    const fits = atom({ op: 'fits', term }, false, this.source)
    return { list: [{ when: fits, term }], error: not(fits) }
  }
}

const RANGES = {
  isLoopback: [parseIp('127.0.0.0/8'), parseIp('::1')],
  isMulticast: [parseIp('224.0.0.0/4'), parseIp('ff00::/8')],
}

const IP_APPLY: ReadonlyMap<string, Operation> = new Map([
  ...['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast'].map(
    (name) => [name, operation(name, (only) => [only])] as const,
  ),
  ['isInRange', operation('isInRange', (first, second) => [first, second])] as const,
])

/** The questions to an IP address or range. */
export const IP_QUESTIONS: ReadonlySet<string> = new Set(IP_APPLY.keys())

export class IpNode extends Condition {
  readonly #name: string
  readonly #left: Node
  readonly #right: Node

  /** @param right the range of `isInRange`; for the others the address again */
  constructor(source: Source, name: string, left: Node, right: Node) {
    super(source)
    this.#name = name
    this.#left = left
    this.#right = right
  }

  override truth(context: Context, facts: Facts | null): Truth {
    const apply = IP_APPLY.get(this.#name) ?? unsupported('this is no question to an address', this.source)
    const alone = this.#right === this.#left
    return each(this.#left.cases(context, facts), (left) => {
      const ask = (right: Term): Truth => {
        if (left.kind === 'value' && right.kind === 'value') return decided(apply, left.value, right.value, context)
        if (kindOf(left) !== 'ip' || kindOf(right) !== 'ip') return FAILS
        return exact(this.#holds(left, right))
      }
      return alone ? ask(left) : each(this.#right.cases(context, facts), ask)
    })
  }

  #holds(left: Term, right: Term): Residual {
    const { source } = this
    const name = this.#name
    switch (name) {
      case 'isIpv4':
      case 'isIpv6':
        return atom({ op: 'isIpv4', term: left }, name === 'isIpv6', source)
      case 'isLoopback':
      case 'isMulticast':
        return or(
          RANGES[name].map((range) =>
            atom({ op: 'isInRange', left, right: { kind: 'value', value: range } }, false, source),
          ),
        )
      default:
        return atom({ op: 'isInRange', left, right }, false, source)
    }
  }
}
