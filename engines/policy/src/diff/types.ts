import type { PolicySet } from '../compile/policy-set.ts'
import type { Entities } from '../entities.ts'
import type { Uid } from '../json.ts'
import type { RecordValue } from '../value.ts'

/** An action, and between which types the schema lets it happen. */
export interface ActionTypes {
  readonly action: Uid
  readonly principals: readonly string[]
  readonly resources: readonly string[]
}

/** One of the two worlds that are compared. */
export interface DiffSide {
  readonly set: PolicySet
  /** Principals, resources, what they name, and the schema's actions. */
  readonly entities: Entities
  /** Who may act in this world; whoever is missing here is denied everything here. */
  readonly principals: readonly Uid[]
  /** What is there in this world; on what is missing here nobody may do anything here. */
  readonly resources: readonly Uid[]
  readonly actions: readonly ActionTypes[]
}

export interface DiffOptions {
  /** Ids of actions; undefined: all. */
  readonly actions?: readonly string[] | undefined
  /** Types of resources; undefined: all. */
  readonly resourceTypes?: readonly string[] | undefined
  /** undefined: everybody */
  readonly principals?: readonly Uid[] | undefined
  /** The context of each request of this action; undefined: none, and actions whose policies read the context are not decided. */
  readonly context?: ((action: Uid) => RecordValue | undefined) | undefined
  /** How many evaluations of each side may be made at most; more throws `DiffTooLarge`. */
  readonly limit?: number | undefined
}

/** Principals who gain (or lose) an action on each of the resources: a product of two lists, all for the same reason. */
export interface Block {
  readonly kind: 'gain' | 'loss'
  readonly action: Uid
  readonly resourceType: string
  readonly principals: readonly Uid[]
  readonly resources: readonly Uid[]
  /** The resources stand for every one of this type that no policy names: the world knows none of them. */
  readonly anyResource: boolean
  /** Policies that decided: those that permit on the one side, those that forbid on the other. */
  readonly because: readonly string[]
}

/** What cannot be said, and why. */
export interface Undecided {
  readonly action: string
  readonly resourceType: string
  /** `context`: policies read the context, and none was given; `resources`: policies read resources of which the world knows none. */
  readonly reason: 'context' | 'resources'
  readonly policies: readonly string[]
}

/** What was compared. */
export interface Extent {
  readonly principals: number
  readonly resources: number
  readonly actions: number
  /** Requests that the answer holds for. */
  readonly requests: number
  /** Evaluations of each side that it took: principals and resources that no policy can tell apart share theirs. */
  readonly evaluations: number
}

/** The comparison would take too many evaluations. */
export class DiffTooLarge extends Error {
  override readonly name: string = 'DiffTooLarge'
  readonly evaluations: number
  readonly limit: number

  constructor(evaluations: number, limit: number) {
    super(`the comparison takes ${evaluations} evaluations, and ${limit} are allowed`)
    this.evaluations = evaluations
    this.limit = limit
  }
}
