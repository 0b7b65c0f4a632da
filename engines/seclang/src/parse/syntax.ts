/** What the parser makes of a configuration: names as they were written, nothing resolved yet. */

export interface Place {
  readonly file: string
  /** From 1. */
  readonly line: number
}

export interface Directive {
  readonly place: Place
  readonly name: string
  readonly words: readonly string[]
}

export type Selector =
  /** Compared without regard to case. */
  { readonly kind: 'key'; readonly key: string } | { readonly kind: 'regex'; readonly source: string }

/** `&ARGS:/^x/`: one part of what a rule looks at. */
export interface Target {
  /** Upper case. */
  readonly variable: string
  readonly selector: Selector | undefined
  /** `&`: how many there are, in place of what they are. */
  readonly count: boolean
  /** `!`: taken out of what the other parts select. */
  readonly exclude: boolean
}

export interface Operator {
  readonly negated: boolean
  /** Lower case, without `@`. */
  readonly name: string
  readonly argument: string
}

export interface Action {
  /** Lower case. */
  readonly name: string
  readonly value: string
}

export interface SecRule {
  readonly kind: 'rule'
  readonly place: Place
  readonly targets: readonly Target[]
  /** None for SecAction, which always matches. */
  readonly operator: Operator | undefined
  readonly actions: readonly Action[]
}

export interface SecMarker {
  readonly kind: 'marker'
  readonly place: Place
  readonly label: string
}

export interface Setting {
  readonly kind: 'setting'
  readonly place: Place
  /** Lower case. */
  readonly name: string
  readonly words: readonly string[]
}

export type Statement = SecRule | SecMarker | Setting
