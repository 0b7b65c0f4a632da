import { UidMap } from '../uid-map.ts'
import type { Policy } from './policy.ts'
import type { Test } from './run.ts'
import { compileScope, type Part, type Scope } from './scope.ts'

const ORDER: readonly Part[] = ['action', 'resource', 'principal']

/** Makes the tests of the policies of a set. Scope constraints that say the same are one test, which stays in the processor's cache. */
export class Matches {
  readonly #shared: Map<string, UidMap<Test>> = new Map()

  /**
   * Whether a policy matches. Scope first, cheapest first; then the conditions in order. Scope tests cannot fail, so their order is free.
   * @param parts of the scope that are to be tested: of the others it is known that they hold (of `is T in x`, that `in x` does)
   */
  of({ scope, conditions }: Policy, parts: readonly Part[]): Test {
    const tests: Test[] = []
    for (const part of ORDER) {
      const test = this.#scope(parts.includes(part) ? scope[part] : restOf(scope[part]), part)
      if (test !== undefined) tests.push(test)
    }
    for (const { holds } of conditions) tests.push(holds)
    return all(tests)
  }

  #scope(scope: Scope, part: Part): Test | undefined {
    const uid =
      scope.op === '=='
        ? scope.entity
        : scope.op === 'in' && scope.entities.length === 1
          ? scope.entities[0]
          : undefined
    if (uid === undefined) return compileScope(scope, part)
    const tests = this.#of(`${part} ${scope.op}`)
    let test = tests.get(uid)
    if (test === undefined) {
      test = compileScope(scope, part)
      if (test !== undefined) tests.set(uid, test)
    }
    return test
  }

  #of(kind: string): UidMap<Test> {
    let tests = this.#shared.get(kind)
    if (tests === undefined) this.#shared.set(kind, (tests = new UidMap()))
    return tests
  }
}

function restOf(scope: Scope): Scope {
  return scope.op === 'is' && scope.in !== undefined ? { op: 'is', type: scope.type, in: undefined } : { op: 'All' }
}

function all(tests: readonly Test[]): Test {
  const [a, b, c] = tests
  if (a === undefined) return () => true
  if (b === undefined) return a
  if (c === undefined) return (run) => a(run) && b(run)
  if (tests.length === 3) return (run) => a(run) && b(run) && c(run)
  return (run) => {
    for (let at = 0; at < tests.length; at++) if (!(tests[at] as Test)(run)) return false
    return true
  }
}
