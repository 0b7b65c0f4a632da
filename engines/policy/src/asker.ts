import { fewForAnyResource } from './compile/any-resource.ts'
import { PolicyIndex } from './compile/policy-index.ts'
import type { PolicySet } from './compile/policy-set.ts'
import { Run } from './compile/run.ts'
import type { Entities, Entity } from './entities.ts'
import { contextOf, decide, decideBy } from './evaluate.ts'
import { requestUid } from './shape.ts'
import type { Decision, EvaluateOptions, Request } from './types.ts'
import { UidMap } from './uid-map.ts'
import type { EntityUid } from './value.ts'

/** What one principal may: made once, asked many times. */
export interface Asker {
  /**
   * What `evaluate` decides for this principal, at less cost.
   * @param entities those that the asker was made for (default), or what was laid over them for this question
   * @throws Error when they are others: what was worked out would not hold
   */
  evaluate(question: Omit<Request, 'principal'>, entities?: Entities, options?: EvaluateOptions): Decision
}

/** For how many actions what is worked out is kept. */
const ACTIONS = 1000

/** How much askers may work out. */
export interface Thrift {
  /** What is worked out of an action waits for so many questions about it. */
  readonly after: number
  /** An action with more policies than this, whatever the resource, is left to the index of the set. */
  readonly most: number
  /** How many policies and actions may still be kept, by all askers that share it. */
  left: number
}

/**
 * Prepares the questions of one principal: what the scopes say of it, and of each action when it is first asked about, is worked out once.
 * The first question about an action looks at all policies that may concern the principal, whatever the resource: worth it from some ten questions on.
 */
export function createAsker(set: PolicySet, principal: Request['principal'], entities: Entities): Asker {
  const thrift = { after: 0, most: Number.POSITIVE_INFINITY, left: Number.POSITIVE_INFINITY }
  return new Prepared(set, requestUid(principal, 'principal'), entities, thrift)
}

/** What is known of an action. */
interface Known {
  /** How many questions about it there were before it was worked out. */
  asked: number
  /** The policies whose scopes hold for the principal and the action, by resource; null when the set's own index is asked. */
  index: PolicyIndex | null
  /** Whether the entities have the action: then nothing that is laid over them can put it into a group. */
  readonly fixed: boolean
}

export class Prepared implements Asker {
  readonly #set: PolicySet
  readonly #principal: EntityUid
  readonly #known: Entity | null
  readonly #entities: Entities
  readonly #thrift: Thrift
  readonly #actions: UidMap<Known> = new UidMap()

  constructor(set: PolicySet, principal: EntityUid, entities: Entities, thrift: Thrift) {
    this.#set = set
    this.#principal = principal
    this.#known = entities.get(principal) ?? null
    this.#entities = entities
    this.#thrift = thrift
  }

  evaluate(
    { action: name, resource, context }: Omit<Request, 'principal'>,
    entities: Entities = this.#entities,
    options?: EvaluateOptions,
  ): Decision {
    const action = requestUid(name, 'action')
    const thing = requestUid(resource, 'resource')
    const run = new Run(this.#principal, action, thing, contextOf(context), entities, this.#known)
    const known = this.#actions.get(action) ?? this.#meet(action)
    const index = known.asked < this.#thrift.after ? null : (known.index ?? this.#prepare(known, run))
    known.asked++
    if (entities !== this.#entities) {
      if (!entities.extends(this.#entities)) {
        throw new Error('an asker is asked over the entities that it was made for, or what is laid over them')
      }
      // A principal or an action that they do not have may have been given groups by what is laid over them.
      if (this.#known === null && entities.get(this.#principal) !== undefined) return decide(this.#set, run, options)
      if (!known.fixed && entities.get(action) !== undefined) return decide(this.#set, run, options)
    }
    return index === null ? decide(this.#set, run, options) : decideBy(index, run, options)
  }

  #meet(action: EntityUid): Known {
    const known = { asked: 0, index: null, fixed: this.#entities.get(action) !== undefined }
    if (this.#actions.size < ACTIONS && this.#thrift.left > 0) {
      this.#thrift.left--
      this.#actions.set(action, known)
    }
    return known
  }

  /** Once. */
  #prepare(known: Known, { action, resource, context }: Run): PolicyIndex | null {
    const { after, most, left } = this.#thrift
    if (known.asked > after) return null
    const run = new Run(this.#principal, action, resource, context, this.#entities, this.#known)
    const policies = fewForAnyResource(this.#set, run, Math.min(most, left))
    if (policies === null) return null
    this.#thrift.left -= policies.length
    known.index = new PolicyIndex(policies, ['resource'])
    return known.index
  }
}
