import type { Source } from '../errors.ts'
import { and, FALSE, or, type Residual, TRUE } from '../residual.ts'
import {
  type Case,
  type Cases,
  Condition,
  type Context,
  each,
  type Facts,
  FAILS,
  learn,
  Node,
  type Truth,
  truthOf,
} from './node.ts'
import type { Term } from '../residual.ts'

export class Not extends Condition {
  readonly #arg: Node

  constructor(source: Source, arg: Node) {
    super(source)
    this.#arg = arg
  }

  override truth(context: Context, facts: Facts | null): Truth {
    const { yes, no, error } = this.#arg.truth(context, facts)
    return { yes: no, no: yes, error }
  }
}

/** `&&`: the right side is looked at only where the left one is true, and knows it. */
export class And extends Condition {
  readonly #left: Node
  readonly #right: Node

  constructor(source: Source, left: Node, right: Node) {
    super(source)
    this.#left = left
    this.#right = right
  }

  override truth(context: Context, facts: Facts | null): Truth {
    return both(this.#left.truth(context, facts), (left) => this.#right.truth(context, learn(facts, left.yes)))
  }
}

/** `||`: the right side is looked at only where the left one is false, and knows it. */
export class Or extends Condition {
  readonly #left: Node
  readonly #right: Node

  constructor(source: Source, left: Node, right: Node) {
    super(source)
    this.#left = left
    this.#right = right
  }

  override truth(context: Context, facts: Facts | null): Truth {
    const left = flipped(this.#left.truth(context, facts))
    return flipped(both(left, ({ yes }) => flipped(this.#right.truth(context, learn(facts, yes)))))
  }
}

function flipped({ yes, no, error }: Truth): Truth {
  return { yes: no, no: yes, error }
}

/** What two conditions make, the second one evaluated only where the first holds. */
export function both(left: Truth, next: (left: Truth) => Truth): Truth {
  if (left.yes === FALSE) return left
  const right = next(left)
  return {
    yes: and([left.yes, right.yes]),
    // Where the left side cannot fail it is false or true, and the right side alone says the rest.
    no: or([left.no, left.error === FALSE ? right.no : and([left.yes, right.no])]),
    error: or([left.error, and([left.yes, right.error])]),
  }
}

export class Conditional extends Node {
  readonly #test: Node
  readonly #yes: Node
  readonly #no: Node

  constructor(source: Source, test: Node, yes: Node, no: Node) {
    super(source)
    this.#test = test
    this.#yes = yes
    this.#no = no
  }

  override truth(context: Context, facts: Facts | null): Truth {
    const test = this.#test.truth(context, facts)
    if (test.yes === TRUE) return this.#yes.truth(context, facts)
    if (test.no === TRUE) return this.#no.truth(context, facts)
    const yes = test.yes === FALSE ? FAILS : this.#yes.truth(context, learn(facts, test.yes))
    const no = test.no === FALSE ? FAILS : this.#no.truth(context, learn(facts, test.no))
    const chosen = (part: keyof Truth) => or([and([test.yes, yes[part]]), and([test.no, no[part]])])
    return { yes: chosen('yes'), no: chosen('no'), error: or([test.error, chosen('error')]) }
  }

  override cases(context: Context, facts: Facts | null): Cases {
    const test = this.#test.truth(context, facts)
    const list: Case[] = []
    const errors: Residual[] = [test.error]
    for (const [when, node] of [
      [test.yes, this.#yes],
      [test.no, this.#no],
    ] as const) {
      if (when === FALSE) continue
      const branch = node.cases(context, learn(facts, when))
      for (const { when: inner, term } of branch.list) list.push({ when: and([when, inner]), term })
      errors.push(and([when, branch.error]))
    }
    return { list, error: or(errors) }
  }
}

/** `x is T` and `x is T in y`, which means `x is T && x in y`. */
export class IsType extends Condition {
  readonly #left: Node
  readonly #type: string
  readonly #within: Node | undefined

  constructor(source: Source, left: Node, type: string, within: Node | undefined) {
    super(source)
    this.#left = left
    this.#type = type
    this.#within = within
  }

  override truth(context: Context, facts: Facts | null): Truth {
    const is = each(this.#left.cases(context, facts), (term) => this.#is(term))
    const within = this.#within
    return within === undefined ? is : both(is, ({ yes }) => within.truth(context, learn(facts, yes)))
  }

  #is(term: Term): Truth {
    if (term.kind === 'value') {
      const { value } = term
      return typeof value === 'object' && 'type' in value ? truthOf(value.type === this.#type) : FAILS
    }
    const type = term.kind === 'set' ? undefined : term.type
    return type?.kind === 'entity' ? truthOf(type.name === this.#type) : FAILS
  }
}
