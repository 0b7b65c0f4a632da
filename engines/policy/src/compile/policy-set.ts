import { PolicyError } from '../errors.ts'
import type { PolicySetJson } from '../json.ts'
import { field, isObject, type JsonObject, readUid } from '../shape.ts'
import type { EntityUid } from '../value.ts'
import { PolicyIndex } from './policy-index.ts'
import { compilePolicy, type Policy } from './policy.ts'
import { slotsOf } from './scope.ts'

/** How many policies a set may have. */
const SET_SIZE = 100_000

/** A compiled policy set, frozen. */
export interface PolicySet {
  /** Static policies in their order, then the links of templates in theirs. */
  readonly policies: readonly Policy[]
  get(id: string): Policy | undefined
  /** Which policies can match a request at all. */
  readonly index: PolicyIndex
}

/**
 * Compiles a policy set from Cedar's JSON form, with closures only (no code is generated from strings).
 * Throws `PolicyError` with the code of what is refused: an operator that is not known, a literal integer that a JSON number does not hold
 * exactly (cedar-wasm rounds them silently), too deep or too large an expression, a malformed policy, a wrong template link.
 */
export function compile(json: PolicySetJson): PolicySet {
  if (!isObject(json)) throw new PolicyError('policy_malformed', 'expected a policy set')
  const byId = new Map<string, Policy>()
  const put = (policy: Policy, path: string) => {
    if (byId.has(policy.id)) throw new PolicyError('policy_duplicate', 'there are two policies of this id', path)
    if (byId.size >= SET_SIZE) throw new PolicyError('policy_too_large', `more than ${SET_SIZE} policies`)
    byId.set(policy.id, policy)
  }
  for (const [id, policy] of Object.entries(section(json, 'staticPolicies'))) {
    const path = `staticPolicies.${id}`
    put(compilePolicy(id, policy, null, undefined, path), path)
  }
  const templates = section(json, 'templates')
  for (const [id, template] of Object.entries(templates)) checkTemplate(id, template)
  const links = field(json, 'templateLinks') ?? []
  if (!Array.isArray(links)) throw new PolicyError('policy_malformed', 'expected a list', 'templateLinks')
  for (let at = 0; at < links.length; at++)
    put(compileLink(links[at], templates, `templateLinks[${at}]`), `templateLinks[${at}]`)
  const policies = Object.freeze([...byId.values()])
  return Object.freeze({ policies, get: (id: string) => byId.get(id), index: new PolicyIndex(policies) })
}

function section(json: JsonObject, name: string): JsonObject {
  const object = field(json, name) ?? {}
  if (!isObject(object)) throw new PolicyError('policy_malformed', 'expected an object of policies by id', name)
  return object
}

const SLOTS: ReadonlySet<string> = new Set(['?principal', '?resource'])

/** A template is compiled once with its slots filled by a stand-in, so that a faulty one is refused even without links. */
function checkTemplate(id: string, template: unknown): void {
  const standIn = readUid({ type: 'Slot', id: '' }, 'policy_malformed', '')
  const slots = new Map<string, EntityUid>([...SLOTS].map((slot) => [slot, standIn]))
  compilePolicy(id, template, null, slots, `templates.${id}`)
}

function compileLink(link: unknown, templates: JsonObject, path: string): Policy {
  if (!isObject(link)) throw new PolicyError('policy_malformed', 'expected a template link', path)
  const id = field(link, 'newId')
  const templateId = field(link, 'templateId')
  const values = field(link, 'values')
  if (typeof id !== 'string' || typeof templateId !== 'string' || !isObject(values)) {
    throw new PolicyError('policy_malformed', 'expected { templateId, newId, values }', path)
  }
  const template = field(templates, templateId)
  if (!isObject(template))
    throw new PolicyError('template_link_invalid', `there is no template \`${templateId}\``, path)
  const wanted = slotsOf(template)
  const slots = new Map<string, EntityUid>()
  for (const [slot, uid] of Object.entries(values)) {
    if (!wanted.has(slot)) throw new PolicyError('template_link_invalid', `the template has no slot \`${slot}\``, path)
    slots.set(slot, readUid(uid, 'template_link_invalid', path))
  }
  return compilePolicy(id, template, templateId, slots, path)
}
