import { PolicyError, type Request, type Uid } from '@holdfast/policy'
import { type ActionTypes, actionTypes, contextType } from '@holdfast/policy/diff'
import type { CheckedRules } from './policy-files.ts'
import type { Suite, SuiteTest } from './suite.ts'
import type { Names } from './suite-names.ts'
import { type Flaw, flawed, type Path, type Place, type YamlFile } from './yaml-file.ts'

/** One expectation: this principal, this action, this resource. */
export interface Case {
  readonly test: string
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly request: Request
  readonly now: Date | undefined
  readonly expected: 'allow' | 'deny'
  /** Names of the policies that decide, in order; undefined: any. */
  readonly by: readonly string[] | undefined
  readonly place: Place
}

const EVERY = '*'

/** How many decisions one file may ask for. */
const MOST = 100_000

/** Multiplies out the tables of a suite. @throws Failure (`file_invalid`) */
export function casesOf(file: YamlFile, suite: Suite, rules: CheckedRules, names: Names): Case[] {
  const flaws: Flaw[] = []
  const cases: Case[] = []
  const maker = new Maker(suite, rules, names, flaws)
  suite.tests.forEach((test, at) => {
    for (const made of maker.test(test, ['tests', at])) {
      const { path, ...rest } = made
      cases.push({ ...rest, place: file.place(path) })
      if (cases.length > MOST) throw flawed(file, [{ path: ['tests', at], message: `more than ${MOST} decisions` }])
    }
  })
  if (flaws.length > 0) throw flawed(file, flaws)
  return cases
}

type Made = Omit<Case, 'place'> & { readonly path: Path }

/** A name of a table, and whether it stood there itself or is one of those that `*` stands for. */
interface Chosen {
  readonly name: string
  readonly key: string
  readonly named: boolean
}

class Maker {
  readonly #suite: Suite
  readonly #rules: CheckedRules
  readonly #names: Names
  readonly #flaws: Flaw[]
  readonly #actions: readonly ActionTypes[]
  readonly #contextNames: ReadonlySet<string>

  constructor(suite: Suite, rules: CheckedRules, names: Names, flaws: Flaw[]) {
    this.#suite = suite
    this.#rules = rules
    this.#names = names
    this.#flaws = flaws
    this.#actions = actionTypes(rules.schemaJson)
    this.#contextNames = new Set(
      this.#actions.flatMap(({ action }) => [...(contextType(rules.schemaJson, action)?.attributes.keys() ?? [])]),
    )
  }

  *test(test: SuiteTest, path: Path): Generator<Made> {
    for (const resource of this.#chosen(
      test.expect,
      Object.keys(this.#suite.resources),
      [...path, 'expect'],
      'resource',
    )) {
      const byPrincipal = test.expect[resource.key] ?? {}
      const there = [...path, 'expect', resource.key]
      for (const principal of this.#chosen(byPrincipal, Object.keys(this.#suite.principals), there, 'principal')) {
        yield* this.#actionsOf(test, byPrincipal[principal.key] ?? {}, principal, resource, [...there, principal.key])
      }
    }
  }

  *#actionsOf(
    test: SuiteTest,
    table: SuiteTest['expect'][string][string],
    principal: Chosen,
    resource: Chosen,
    path: Path,
  ): Generator<Made> {
    const [who, what] = [this.#names.get(principal.name), this.#names.get(resource.name)]
    if (who === undefined || what === undefined) return
    const named = new Set(Object.keys(table).flatMap(split))
    const possible = this.#actions.filter(
      ({ principals, resources }) => principals.includes(who.type) && resources.includes(what.type),
    )
    if (Object.hasOwn(table, EVERY) && this.#rules.schemaText === null) {
      this.#flaws.push({
        path: [...path, EVERY],
        message: 'without a schema nobody knows which actions there are: name them',
      })
      return
    }
    for (const [key, expected] of Object.entries(table)) {
      const here = [...path, key]
      const every = key === EVERY
      const ids = every
        ? possible.filter(({ action }) => !named.has(action.id)).map(({ action }) => action.id)
        : split(key)
      for (const id of ids) {
        const action = this.#action(id, possible)
        if (action === undefined) {
          if (!principal.named || !resource.named) continue
          const applies = this.#actions.some(({ action: known }) => known.id === id)
          const message = applies
            ? `${id} is nothing that a ${who.type} does to a ${what.type}`
            : `the schema has no action ${id}`
          this.#flaws.push({ path: here, message })
          continue
        }
        const context = this.#context(test, action, path.slice(0, 2))
        const { decision, by } = typeof expected === 'string' ? { decision: expected, by: undefined } : expected
        yield {
          test: test.name,
          principal: principal.name,
          action: id,
          resource: resource.name,
          request: { principal: who, action, resource: what, context },
          now: test.now ?? this.#suite.now,
          expected: decision,
          by: by === undefined ? undefined : (typeof by === 'string' ? [by] : by).toSorted(),
          path: here,
        }
      }
    }
  }

  #action(id: string, possible: readonly ActionTypes[]): Uid | undefined {
    if (this.#rules.schemaText === null) return { type: 'Action', id }
    return possible.find(({ action }) => action.id === id)?.action
  }

  #context(test: SuiteTest, action: Uid, path: Path): Request['context'] {
    const { context } = test
    const here = [...path, 'context']
    const given = typeof context === 'string' ? this.#suite.contexts[context] : (context ?? {})
    if (given === undefined) {
      this.#flaws.push({ path: here, message: `there is no context ${JSON.stringify(context)}` })
      return {}
    }
    if (this.#rules.schemaText === null) return given as Request['context']
    const type = contextType(this.#rules.schemaJson, action) ?? { kind: 'record', attributes: new Map() }
    try {
      for (const name of Object.keys(given)) {
        if (!this.#contextNames.has(name)) throw new Error(`no action of the schema has \`${name}\` in its context`)
      }
      // The actions of a test share its context, of which each takes what it declares.
      const written = this.#names.record(given, type)
      for (const name of Object.keys(written)) if (!type.attributes.has(name)) delete written[name]
      // A context that declares the time gets that of the test.
      const now = test.now ?? this.#suite.now
      const wanted = type.attributes.get('now')?.type
      if (now !== undefined && wanted?.kind === 'extension' && wanted.constructor === 'datetime') {
        written['now'] ??= now.toISOString()
      }
      return this.#rules.schema.context(action, written)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      const message = error instanceof PolicyError ? error.message.replace(/^context(?:\.|: )?/, '') : error.message
      this.#flaws.push({ path: here, message: `${action.id}: ${message}` })
      return {}
    }
  }

  #chosen(table: object, all: readonly string[], path: Path, what: string): Chosen[] {
    const keys = Object.keys(table)
    const named = new Set(keys.flatMap(split))
    return keys.flatMap((key): Chosen[] => {
      if (key === EVERY) return all.filter((name) => !named.has(name)).map((name) => ({ name, key, named: false }))
      return split(key).flatMap((name) => {
        if (all.includes(name)) return [{ name, key, named: true }]
        this.#flaws.push({ path: [...path, key], message: `there is no ${what} ${name}` })
        return []
      })
    })
  }
}

/** `ada, bob` are two. */
function split(key: string): string[] {
  return key.split(',').map((part) => part.trim())
}
