import type { Run } from '../../compile/run.ts'
import { EvaluationError } from '../../errors.ts'
import type { Value } from '../../value.ts'
import { FilterError, type Source } from '../errors.ts'
import {
  and,
  type Atom,
  type AtomBody,
  FALSE,
  type Itself,
  type Known,
  not,
  or,
  type Read,
  type Residual,
  type Term,
  TRUE,
} from '../residual.ts'

/** What a partial evaluation knows. */
export interface Context extends Known {
  /** Principal, action and context; its resource is nobody, and is not looked at. */
  readonly run: Run
  readonly itself: Itself
}

/** What is certain where an expression stands, because what stands before it made it so: keys of attributes that are there. */
export interface Facts {
  readonly key: string
  readonly next: Facts | null
}

/** A boolean expression: when it is true, when false, when it fails. Exactly one of the three holds for each row. */
export interface Truth {
  readonly yes: Residual
  readonly no: Residual
  readonly error: Residual
}

/** An expression of any type: its value in each case. The cases and the error exclude each other, and one of them holds. */
export interface Cases {
  readonly list: readonly Case[]
  readonly error: Residual
}

export interface Case {
  readonly when: Residual
  readonly term: Term
}

export const YES: Truth = Object.freeze({ yes: TRUE, no: FALSE, error: FALSE })
export const NO: Truth = Object.freeze({ yes: FALSE, no: TRUE, error: FALSE })
export const FAILS: Truth = Object.freeze({ yes: FALSE, no: FALSE, error: TRUE })

/** An expression that the resource has a part in. */
export abstract class Node {
  readonly source: Source

  constructor(source: Source) {
    this.source = source
  }

  abstract truth(context: Context, facts: Facts | null): Truth
  abstract cases(context: Context, facts: Facts | null): Cases

  /** An atom of this expression and its negation. */
  protected test(body: AtomBody): Truth {
    return {
      yes: atom(body, false, this.source),
      no: atom(body, true, this.source),
      error: FALSE,
    }
  }
}

export function atom(body: AtomBody, negated: boolean, source: Source): Atom {
  return { ...body, negated, source }
}

/** An expression that is a condition. */
export abstract class Condition extends Node {
  override cases(context: Context, facts: Facts | null): Cases {
    const { yes, no, error } = this.truth(context, facts)
    return { list: [...oneCase(yes, true), ...oneCase(no, false)], error }
  }
}

function oneCase(when: Residual, value: Value): Case[] {
  return when === FALSE ? [] : [{ when, term: { kind: 'value', value } }]
}

/** An expression that is a value of whatever type; one of type Bool is asked whether it is true. */
export abstract class Valued extends Node {
  override truth(context: Context, facts: Facts | null): Truth {
    return each(this.cases(context, facts), (term) => this.holds(term))
  }

  protected holds(term: Term): Truth {
    if (term.kind === 'value') return typeof term.value === 'boolean' ? truthOf(term.value) : FAILS
    return term.kind === 'read' && term.type.kind === 'bool' ? this.test({ op: 'holds', term }) : FAILS
  }
}

export function truthOf(value: boolean): Truth {
  return value ? YES : NO
}

/** What is true or false, and never fails. */
export function exact(yes: Residual): Truth {
  return { yes, no: not(yes), error: FALSE }
}

/** A condition on two values; the left one is looked at first. */
export abstract class Relation extends Condition {
  readonly #left: Node
  readonly #right: Node

  constructor(source: Source, left: Node, right: Node) {
    super(source)
    this.#left = left
    this.#right = right
  }

  override truth(context: Context, facts: Facts | null): Truth {
    return each(this.#left.cases(context, facts), (left) =>
      each(this.#right.cases(context, facts), (right) => this.relate(left, right, context, facts)),
    )
  }

  /** Whether it holds of these two. */
  protected abstract relate(left: Term, right: Term, context: Context, facts: Facts | null): Truth
}

/** Asks something of every case. */
export function each({ list, error }: Cases, ask: (term: Term) => Truth): Truth {
  const [only] = list
  if (only !== undefined && list.length === 1 && only.when === TRUE && error === FALSE) return ask(only.term)
  const yes: Residual[] = []
  const no: Residual[] = []
  const errors: Residual[] = [error]
  for (const { when, term } of list) {
    const truth = ask(term)
    yes.push(and([when, truth.yes]))
    no.push(and([when, truth.no]))
    errors.push(and([when, truth.error]))
  }
  return { yes: or(yes), no: or(no), error: or(errors) }
}

/** An expression of more cases is refused: each `if` in it doubles them. */
const MOST_CASES = 1000

/** Makes something of every case. */
export function mapped({ list, error }: Cases, make: (term: Term) => Cases): Cases {
  const [only] = list
  if (only !== undefined && list.length === 1 && only.when === TRUE && error === FALSE) return make(only.term)
  const out: Case[] = []
  const errors: Residual[] = [error]
  for (const { when, term } of list) {
    const made = make(term)
    for (const inner of made.list) {
      const both = and([when, inner.when])
      if (both !== FALSE) out.push({ when: both, term: inner.term })
    }
    if (out.length > MOST_CASES) {
      throw new FilterError('filter_too_large', `an expression has more than ${MOST_CASES} cases`)
    }
    errors.push(and([when, made.error]))
  }
  return { list: out, error: or(errors) }
}

/** The one case of something that is there for sure. */
export function always(term: Term): Cases {
  return { list: [{ when: TRUE, term }], error: FALSE }
}

/** The evaluator's own answer; `fails` where it fails. */
export function attempt<T>(evaluate: () => T, fails: T): T {
  try {
    return evaluate()
  } catch (error) {
    if (error instanceof EvaluationError) return fails
    throw error
  }
}

export function knows(facts: Facts | null, key: string): boolean {
  for (let fact = facts; fact !== null; fact = fact.next) if (fact.key === key) return true
  return false
}

/** What is certain where a condition has held. */
export function learn(facts: Facts | null, held: Residual): Facts | null {
  if (held.op === 'present' && !held.negated) return { key: held.term.key, next: withEntity(facts, held.term) }
  if (held.op === 'exists' && !held.negated && held.term.kind === 'read') {
    return { key: existence(held.term), next: facts }
  }
  if (held.op !== 'and') return facts
  let more = facts
  for (const part of held.parts) if (part.op !== 'or') more = learn(more, part)
  return more
}

/** Whose attribute is there, is there. */
function withEntity(facts: Facts | null, { of }: Read): Facts | null {
  return of.kind === 'read' && of.type.kind === 'entity' ? { key: existence(of), next: facts } : facts
}

/** The key of the fact that a referenced entity is there. */
export function existence({ key }: Read): string {
  return `!${key}`
}
