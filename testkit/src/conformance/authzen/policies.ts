import { parsePolicy, policyText, splitPolicies } from '@holdfast/policy/authoring'
import { isObject, type Json, member, textOf } from './json.ts'
import { linked } from './links.ts'

/**
 * The policies of a file, one text each, by a name that Holdfast takes: of one text of any number of them, a list of texts, an object of
 * id -> text, and Cedar's JSON form of a policy wherever a text may stand; of a policy set in JSON (`staticPolicies`, `templates`,
 * `templateLinks`) too, with its links written out. Throws for anything else.
 */
export function readPolicies(json: unknown, more?: unknown): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  const templates = new Map<string, string>()
  const add = (id: string, text: string) => {
    let name = slug(id) || `policy${texts.size}`
    while (texts.has(name)) name = `${name}-${texts.size}`
    texts.set(name, text)
  }
  const links: Json[] = Array.isArray(more) ? more.filter(isObject) : []
  for (const [id, value] of entriesOf(json, links)) {
    for (const text of textsOf(id, value)) {
      const parsed = parsePolicy(id, text)
      if (parsed.ok && parsed.kind === 'template') templates.set(idOf(parsed.policy.annotations) || id, text)
      else add(id, text)
    }
  }
  for (const link of links) add(textOf(member(link, 'newId', 'new_id', 'id')) ?? '', linked(link, templates))
  return texts
}

function entriesOf(json: unknown, links: Json[]): (readonly [string, unknown])[] {
  if (json === undefined || json === null) return []
  if (Array.isArray(json)) return json.map((each) => [idOf(each), each] as const)
  if (!isObject(json) || isPolicy(json)) return [['', json]]
  if (json['staticPolicies'] === undefined && json['templates'] === undefined) return Object.entries(json)
  const { templateLinks } = json
  if (Array.isArray(templateLinks)) links.push(...templateLinks.filter(isObject))
  return [...entriesOf(json['staticPolicies'], links), ...entriesOf(json['templates'], links)]
}

/** The texts, one policy each, of what stands for one policy or several. */
function textsOf(id: string, value: unknown): string[] {
  if (typeof value === 'string') return splitPolicies(value)
  if (!isObject(value)) throw new Error(`the policy ${id} must be a text or Cedar's JSON form`)
  if (!isPolicy(value))
    return textsOf(id, member(value, 'policy', 'text', 'cedar', 'content', 'statement', 'body', 'json', 'est'))
  const written = policyText(value)
  if (!written.ok) throw new Error(`the policy ${id} is none: ${written.problem}`)
  return [written.text]
}

function isPolicy(json: Json): boolean {
  return json['effect'] !== undefined && json['principal'] !== undefined
}

function idOf(value: unknown): string {
  const id = isObject(value) ? member(value, 'id', 'name', 'policyId', 'policy_id') : undefined
  return typeof id === 'string' ? id : ''
}

function slug(id: string): string {
  return id
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '')
    .slice(0, 80)
}
