import type { Entities, Entity } from '../entities.ts'
import { fail } from '../errors.ts'
import type { Integer } from '../integer.ts'
import { type EntityUid, type RecordValue, SetValue, typeName, type Value, EntityUid as Uid } from '../value.ts'

/** What a compiled expression reads while it runs. What the entities say of principal and resource is looked up once. */
export class Run {
  readonly principal: EntityUid
  readonly action: EntityUid
  readonly resource: EntityUid
  readonly context: RecordValue
  readonly entities: Entities
  /** Null until it is looked up. */
  #principal: Entity | undefined | null
  #resource: Entity | undefined | null

  /** @param known what the entities say of the principal, when that is known already */
  constructor(
    principal: EntityUid,
    action: EntityUid,
    resource: EntityUid,
    context: RecordValue,
    entities: Entities,
    known: Entity | null = null,
  ) {
    this.principal = principal
    this.action = action
    this.resource = resource
    this.context = context
    this.entities = entities
    this.#principal = known
    this.#resource = null
  }

  /** What is known of an entity. */
  find(uid: EntityUid): Entity | undefined {
    if (uid === this.resource) {
      if (this.#resource === null) this.#resource = this.entities.get(uid)
      return this.#resource
    }
    if (uid === this.principal) {
      if (this.#principal === null) this.#principal = this.entities.get(uid)
      return this.#principal
    }
    return this.entities.get(uid)
  }

  /** Cedar's `in`: the same entity, or one of its ancestors. */
  isIn(uid: EntityUid, target: EntityUid): boolean {
    if (uid.id === target.id && uid.type === target.type) return true
    const found = this.find(uid)
    return found !== undefined && found.ancestors.has(target)
  }
}

/** A compiled expression. Throws `EvaluationError`. */
export type Evaluate = (run: Run) => Value

/** A compiled expression where a bool is wanted: of what is none it fails. */
export type Test = (run: Run) => boolean

/** A compiled expression; when it is the same in every run, its value; when there is a shorter way to its bool, that. */
export interface Code {
  readonly evaluate: Evaluate
  readonly constant: Value | undefined
  readonly test: Test | undefined
}

export function constant(value: Value): Code {
  return { evaluate: () => value, constant: value, test: typeof value === 'boolean' ? () => value : undefined }
}

export function dynamic(evaluate: Evaluate): Code {
  return { evaluate, constant: undefined, test: undefined }
}

/** Of an expression that can be nothing but a bool. */
export function predicate(test: Test): Code {
  return { evaluate: test, constant: undefined, test }
}

/** The expression as a test: what may be no bool is checked. */
export function testOf({ evaluate, test }: Code): Test {
  return test ?? ((run) => bool(evaluate(run)))
}

/** Checks of type: Cedar's type errors. */
export function bool(value: Value): boolean {
  return typeof value === 'boolean' ? value : fail(`expected a bool, got ${typeName(value)}`)
}

export function long(value: Value): Integer {
  return typeof value === 'number' || typeof value === 'bigint'
    ? value
    : fail(`expected a long, got ${typeName(value)}`)
}

export function string(value: Value): string {
  return typeof value === 'string' ? value : fail(`expected a string, got ${typeName(value)}`)
}

export function set(value: Value): SetValue {
  return value instanceof SetValue ? value : fail(`expected a set, got ${typeName(value)}`)
}

export function entity(value: Value): EntityUid {
  return value instanceof Uid ? value : fail(`expected an entity, got ${typeName(value)}`)
}
