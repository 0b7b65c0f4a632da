import { forAnyResource } from './compile/any-resource.ts'
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

/**
 * Prepares the questions of one principal: what the scopes say of it, and of each action when it is first asked about, is worked out once.
 * The first question about an action looks at all policies that may concern the principal, whatever the resource: worth it from some ten questions on.
 */
export function createAsker(set: PolicySet, principal: Request['principal'], entities: Entities): Asker {
  return new Prepared(set, requestUid(principal, 'principal'), entities)
}

/** What is known of an action. */
interface Known {
  /** The policies whose scopes hold for the principal and the action, by resource. */
  readonly index: PolicyIndex
  /** Whether the entities have the action: then nothing that is laid over them can put it into a group. */
  readonly fixed: boolean
}

class Prepared implements Asker {
  readonly #set: PolicySet
  readonly #principal: EntityUid
  readonly #known: Entity | null
  readonly #entities: Entities
  readonly #actions: UidMap<Known> = new UidMap()

  constructor(set: PolicySet, principal: EntityUid, entities: Entities) {
    this.#set = set
    this.#principal = principal
    this.#known = entities.get(principal) ?? null
    this.#entities = entities
  }

  evaluate(
    { action: name, resource, context }: Omit<Request, 'principal'>,
    entities: Entities = this.#entities,
    options?: EvaluateOptions,
  ): Decision {
    const action = requestUid(name, 'action')
    const thing = requestUid(resource, 'resource')
    const run = new Run(this.#principal, action, thing, contextOf(context), entities, this.#known)
    const { index, fixed } = this.#actions.get(action) ?? this.#prepare(run)
    if (entities !== this.#entities) {
      if (!entities.extends(this.#entities)) {
        throw new Error('an asker is asked over the entities that it was made for, or what is laid over them')
      }
      // A principal or an action that they do not have may have been given groups by what is laid over them.
      if (this.#known === null || !fixed) return decide(this.#set, run, options)
    }
    return decideBy(index, run, options)
  }

  #prepare({ action, resource, context }: Run): Known {
    const run = new Run(this.#principal, action, resource, context, this.#entities, this.#known)
    const policies = forAnyResource(this.#set, run)
    const index = new PolicyIndex(policies, ['resource'])
    const known = { index, fixed: this.#entities.get(action) !== undefined }
    if (this.#actions.size < ACTIONS) this.#actions.set(action, known)
    return known
  }
}
