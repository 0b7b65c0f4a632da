import { PolicyError } from '../errors.ts'
import type { PolicySetJson, TemplateLinkJson } from '../json.ts'
import { field, isObject, type JsonObject } from '../shape.ts'
import { compileLink, compileTemplate, type Template, type Templates } from './link.ts'
import { compileBody, type Policy, type SharedConditions, toPolicy } from './policy.ts'
import type { Numbered } from './place.ts'
import { PolicyIndex, type Visitor } from './policy-index.ts'
import type { Run } from './run.ts'

/** How many policies a set may have. */
const SET_SIZE = 100_000

/** A compiled policy set, frozen. */
export interface PolicySet {
  /** Static policies in their order, then the links of templates in theirs, then those laid over it by `withLinks`. */
  readonly policies: readonly Policy[]
  /** The templates, linked or not. A template decides nothing. */
  readonly templates: Templates
  get(id: string): Policy | undefined
  /** How many policies it has. */
  readonly size: number
  /**
   * Shows every policy that can match the run, in no order; one that names several actions maybe twice.
   * @param any whatever the resource may be
   */
  candidates(run: Run, visitor: Visitor, any?: boolean): void
}

/**
 * Compiles a policy set from Cedar's JSON form, with closures only (no code is generated from strings).
 * Throws `PolicyError` with the code of what is refused: an operator that is not known, a literal integer that a JSON number does not hold
 * exactly (cedar-wasm rounds them silently), too deep or too large an expression, a malformed policy, a wrong template link.
 */
export function compile(json: PolicySetJson): PolicySet {
  if (!isObject(json)) throw new PolicyError('policy_malformed', 'expected a policy set')
  const templates = new Map<string, Template>()
  const shared: SharedConditions = new Map()
  for (const [id, template] of Object.entries(section(json, 'templates'))) {
    templates.set(id, compileTemplate(id, template, `templates.${id}`, shared))
  }
  const layer = new Layer(templates, undefined)
  for (const [id, policy] of Object.entries(section(json, 'staticPolicies'))) {
    const path = `staticPolicies.${id}`
    layer.add(toPolicy(id, compileBody(policy, path, shared), null, undefined, path), path)
  }
  layer.link(field(json, 'templateLinks') ?? [])
  return layer.done()
}

/**
 * The same set with these links of its templates laid over it: for the grants of one principal, beside the compiled policies that all share.
 * It costs by the links only: nothing of the set is copied or compiled again. Throws `PolicyError` as `compile` does; the id of a link must be new.
 */
export function withLinks(set: PolicySet, links: readonly TemplateLinkJson[]): PolicySet {
  if (links.length === 0) return set
  const layer = new Layer(set.templates, set)
  layer.link(links)
  return layer.done()
}

class Layer implements PolicySet {
  readonly templates: Templates
  readonly #base: PolicySet | undefined
  readonly #own: Map<string, Policy> = new Map()
  #policies: readonly Policy[] | undefined
  #index: PolicyIndex | undefined

  constructor(templates: Templates, base: PolicySet | undefined) {
    this.templates = templates
    this.#base = base
  }

  get policies(): readonly Policy[] {
    this.#policies ??= Object.freeze([...(this.#base?.policies ?? []), ...this.#own.values()])
    return this.#policies
  }

  get size(): number {
    return this.#own.size + (this.#base?.size ?? 0)
  }

  candidates(run: Run, visitor: Visitor, any = false): void {
    if (this.#base !== undefined) this.#base.candidates(run, visitor, any)
    this.#index?.visit(run, visitor, any)
  }

  get(id: string): Policy | undefined {
    return this.#own.get(id) ?? this.#base?.get(id)
  }

  add(policy: Policy, path: string): void {
    if (this.templates.has(policy.id) || this.get(policy.id) !== undefined) {
      throw new PolicyError('policy_duplicate', 'there are two policies of this id', path)
    }
    if (this.#own.size >= SET_SIZE) throw new PolicyError('policy_too_large', `more than ${SET_SIZE} policies`)
    this.#own.set(policy.id, policy)
  }

  link(links: unknown): void {
    if (!Array.isArray(links)) throw new PolicyError('policy_malformed', 'expected a list', 'templateLinks')
    for (let at = 0; at < links.length; at++) {
      const path = `templateLinks[${at}]`
      this.add(compileLink(links[at], this.templates, path), path)
    }
  }

  done(): PolicySet {
    let order = this.#base?.size ?? 0
    const own: Numbered[] = []
    for (const policy of this.#own.values()) own.push({ order: order++, policy })
    this.#index = new PolicyIndex(own)
    return Object.freeze(this)
  }
}

function section(json: JsonObject, name: string): JsonObject {
  const object = field(json, name) ?? {}
  if (!isObject(object)) throw new PolicyError('policy_malformed', 'expected an object of policies by id', name)
  return object
}
