import { UidMap } from '../uid-map.ts'
import type { EntityUid } from '../value.ts'
import type { Numbered } from './place.ts'
import type { Policy } from './policy.ts'
import type { Run, Test } from './run.ts'
import { compileScope, type Part, type Scope } from './scope.ts'

/**
 * A policy that may match a request, in its place in the index. A large set is read at random, and the processor waits for each object that is
 * far from the others: so what is a policy's own (whom it names) lies here, and code is shared with the policies that have the same.
 */
export class Candidate {
  readonly order: number
  readonly id: string
  readonly permits: boolean
  /** It stands in several places, and may be met twice. */
  readonly several: boolean
  readonly policy: Policy
  /** The next in the same place. */
  readonly next: Candidate | null
  readonly #first: Test | null
  readonly #principal: EntityUid | null
  readonly #principalOnly: boolean
  readonly #resource: EntityUid | null
  readonly #resourceOnly: boolean
  readonly #conditions: Test | null

  /** @param parts of the scope that are to be tested: of the others it is known that they hold (of `is T in x`, that `in x` does) */
  constructor({ order, policy }: Numbered, parts: readonly Part[], code: SharedCode, next: Candidate | null) {
    const { scope } = policy
    const left = (part: Part) => (parts.includes(part) ? scope[part] : restOf(scope[part]))
    const [principal, resource] = [left('principal'), left('resource')]
    this.order = order
    this.id = policy.id
    this.permits = policy.effect === 'permit'
    this.several = scope.action.op === 'in' && scope.action.entities.length > 1 && !parts.includes('action')
    this.policy = policy
    this.next = next
    this.#principal = namedBy(principal)
    this.#principalOnly = principal.op === '=='
    this.#resource = namedBy(resource)
    this.#resourceOnly = resource.op === '=='
    this.#first = code.all([
      code.scope(left('action'), 'action'),
      code.scope(typeOf(resource), 'resource'),
      code.scope(typeOf(principal), 'principal'),
    ])
    this.#conditions = code.all(policy.conditions.map(({ holds }) => holds))
  }

  /** Whether the policy matches. Scope tests cannot fail, so that their order is free: the cheapest first. Throws `EvaluationError`. */
  matches(run: Run): boolean {
    const first = this.#first
    if (first !== null && !first(run)) return false
    const resource = this.#resource
    if (resource !== null && !reaches(run, run.resource, resource, this.#resourceOnly)) return false
    const principal = this.#principal
    if (principal !== null && !reaches(run, run.principal, principal, this.#principalOnly)) return false
    const conditions = this.#conditions
    return conditions === null || conditions(run)
  }
}

function reaches(run: Run, uid: EntityUid, target: EntityUid, only: boolean): boolean {
  return only ? uid.id === target.id && uid.type === target.type : run.isIn(uid, target)
}

function restOf(scope: Scope): Scope {
  return scope.op === 'is' && scope.in !== undefined ? { op: 'is', type: scope.type, in: undefined } : { op: 'All' }
}

/** Whom a scope of a principal or a resource names: one at most. */
function namedBy(scope: Scope): EntityUid | null {
  if (scope.op === '==') return scope.entity
  if (scope.op === 'in') return scope.entities[0] ?? null
  return scope.op === 'is' ? (scope.in ?? null) : null
}

function typeOf(scope: Scope): Scope {
  return scope.op === 'is' ? { op: 'is', type: scope.type, in: undefined } : { op: 'All' }
}

/** The code of a set's policies: constraints and conditions that say the same are one piece, which stays in the processor's cache. */
export class SharedCode {
  readonly #types: Map<string, Test | null> = new Map()
  readonly #entities: Map<string, UidMap<Test>> = new Map()
  readonly #pairs: Map<Test, Map<Test, Test>> = new Map()

  /** Null when it holds always. */
  scope(scope: Scope, part: Part): Test | null {
    switch (scope.op) {
      case 'All':
        return null
      case 'is':
        return made(this.#types, `${part} ${scope.type}`, () => compileScope(scope, part) ?? null)
      default: {
        const uid = scope.op === '==' ? scope.entity : scope.entities[0]
        if (uid === undefined || (scope.op === 'in' && scope.entities.length > 1))
          return compileScope(scope, part) ?? null
        const tests = made(this.#entities, `${part} ${scope.op}`, () => new UidMap<Test>())
        return made(tests, uid, () => compileScope(scope, part) ?? (() => true))
      }
    }
  }

  /** All of them, in order; null when there is none. */
  all(tests: readonly (Test | null)[]): Test | null {
    let all: Test | null = null
    for (const test of tests) if (test !== null) all = all === null ? test : this.#both(all, test)
    return all
  }

  #both(a: Test, b: Test): Test {
    const pairs = made(this.#pairs, a, () => new Map<Test, Test>())
    return made(pairs, b, (): Test => (run) => a(run) && b(run))
  }
}

function made<K, V>(map: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  let value = map.get(key)
  if (value === undefined) map.set(key, (value = make()))
  return value
}
