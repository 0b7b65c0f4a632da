import { PolicyError } from '../errors.ts'
import type { ExprJson } from '../json.ts'
import { field, isObject, type JsonObject } from '../shape.ts'
import { Compilation } from './expression.ts'
import { type Evaluate, type Test, testOf } from './run.ts'
import { type Part, readScope, type Scope, type Slots } from './scope.ts'

/** One condition of a policy. */
export interface Condition {
  readonly kind: 'when' | 'unless'
  readonly body: ExprJson
  readonly evaluate: Evaluate
  /** Whether it holds: a `when` that is true, an `unless` that is not. */
  readonly holds: Test
}

/** A policy, compiled. */
export interface Policy {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  /** `@name("value")`; a bare `@name` has the value null. */
  readonly annotations: ReadonlyMap<string, string | null>
  /** The template that it is a link of, or null for a static policy. */
  readonly template: string | null
  readonly scope: { readonly [P in Part]: Scope }
  readonly conditions: readonly Condition[]
}

/** What a policy is but for its name and its slots: the links of a template share it. */
export interface Body {
  readonly json: JsonObject
  readonly effect: 'permit' | 'forbid'
  readonly annotations: ReadonlyMap<string, string | null>
  readonly conditions: readonly Condition[]
}

/**
 * Conditions that are compiled already, by their JSON text. Policies that are made by a rule (one for each folder) have the same conditions: then
 * they share the code, which takes less memory and stays in the processor's cache.
 */
export type SharedConditions = Map<string, Condition>

/** Compiles what does not depend on slots. Throws `PolicyError`. */
export function compileBody(json: unknown, path: string, shared: SharedConditions): Body {
  if (!isObject(json)) throw new PolicyError('policy_malformed', 'expected a policy', path)
  const effect = field(json, 'effect')
  if (effect !== 'permit' && effect !== 'forbid') {
    throw new PolicyError('policy_malformed', '`effect` must be "permit" or "forbid"', path)
  }
  return Object.freeze({
    json,
    effect,
    annotations: readAnnotations(json, path),
    conditions: readConditions(json, path, shared),
  })
}

/** The policy of a body: a static one, or a link of `template` when slots are given. Throws `PolicyError`. */
export function toPolicy(id: string, body: Body, template: string | null, slots: Slots, path: string): Policy {
  const { json, effect, annotations, conditions } = body
  const read = (part: Part) => readScope(field(json, part), part, slots, path)
  const scope = { principal: read('principal'), action: read('action'), resource: read('resource') }
  return Object.freeze({ id, effect, annotations, template, scope, conditions })
}

function readConditions(json: JsonObject, path: string, shared: SharedConditions): readonly Condition[] {
  const list = field(json, 'conditions') ?? []
  if (!Array.isArray(list)) throw new PolicyError('policy_malformed', '`conditions` must be a list', path)
  const compilation = new Compilation(path)
  return (list as unknown[]).map((each) => {
    const text = textOf(each)
    const known = text === undefined ? undefined : shared.get(text)
    if (known !== undefined) return known
    const condition = readCondition(each, compilation)
    if (text !== undefined) shared.set(text, condition)
    return condition
  })
}

/** Undefined for what JSON text cannot hold: BigInts, and what is nested without end (which is refused later). */
function textOf(json: unknown): string | undefined {
  try {
    return JSON.stringify(json)
  } catch {
    return undefined
  }
}

function readCondition(json: unknown, compilation: Compilation): Condition {
  const kind = isObject(json) ? field(json, 'kind') : undefined
  if (!isObject(json) || (kind !== 'when' && kind !== 'unless')) {
    throw new PolicyError('policy_malformed', 'a condition must be of kind "when" or "unless"', compilation.path)
  }
  const code = compilation.operand(json, 'body')
  const test = testOf(code)
  const holds: Test = kind === 'when' ? test : (run) => !test(run)
  return Object.freeze({ kind, body: json['body'] as ExprJson, evaluate: code.evaluate, holds })
}

function readAnnotations(json: JsonObject, path: string): ReadonlyMap<string, string | null> {
  const annotations = field(json, 'annotations') ?? {}
  if (!isObject(annotations)) throw new PolicyError('policy_malformed', '`annotations` must be an object', path)
  const out = new Map<string, string | null>()
  for (const [name, value] of Object.entries(annotations)) {
    if (typeof value !== 'string' && value !== null) {
      throw new PolicyError('policy_malformed', `the annotation \`${name}\` must be a string`, path)
    }
    out.set(name, value)
  }
  return out
}
