import type { Source } from '../errors.ts'
import type { Residual, Term } from '../residual.ts'
import { SetValue, type Value } from '../../value.ts'
import { contains, containsAll, containsAny } from './equal.ts'
import { kindOf } from './kind.ts'
import {
  always,
  type Cases,
  Condition,
  type Context,
  each,
  exact,
  type Facts,
  FAILS,
  mapped,
  NO,
  type Node,
  Relation,
  type Truth,
  truthOf,
  Valued,
} from './node.ts'

/** A set that is written out. */
export class SetNode extends Valued {
  readonly #items: readonly Node[]

  constructor(source: Source, items: readonly Node[]) {
    super(source)
    this.#items = items
  }

  override cases(context: Context, facts: Facts | null): Cases {
    return this.#from(context, facts, [])
  }

  #from(context: Context, facts: Facts | null, terms: readonly Term[]): Cases {
    const item = this.#items[terms.length]
    if (item === undefined) return always(setOf(terms))
    return mapped(item.cases(context, facts), (term) => this.#from(context, facts, [...terms, term]))
  }
}

function setOf(items: readonly Term[]): Term {
  const values: Value[] = []
  for (const item of items) if (item.kind === 'value') values.push(item.value)
  return values.length === items.length ? { kind: 'value', value: new SetValue(values) } : { kind: 'set', items }
}

type Asked = 'contains' | 'containsAll' | 'containsAny'
type Ask = (left: Term, right: Term, source: Source) => Residual

const ASKED: { readonly [A in Asked]: Ask } = { contains, containsAll, containsAny }

/** `contains`, `containsAll`, `containsAny`. */
export class ContainsNode extends Relation {
  readonly #operator: Asked

  constructor(source: Source, operator: Asked, left: Node, right: Node) {
    super(source, left, right)
    this.#operator = operator
  }

  protected override relate(left: Term, right: Term): Truth {
    if (kindOf(left) !== 'set' || (this.#operator !== 'contains' && kindOf(right) !== 'set')) return FAILS
    return exact(ASKED[this.#operator](left, right, this.source))
  }
}

export class IsEmptyNode extends Condition {
  readonly #arg: Node

  constructor(source: Source, arg: Node) {
    super(source)
    this.#arg = arg
  }

  override truth(context: Context, facts: Facts | null): Truth {
    return each(this.#arg.cases(context, facts), (term) => {
      if (kindOf(term) !== 'set') return FAILS
      if (term.kind === 'set') return NO
      if (term.kind === 'value') return truthOf(term.value instanceof SetValue && term.value.items.length === 0)
      return this.test({ op: 'isEmpty', term })
    })
  }
}
