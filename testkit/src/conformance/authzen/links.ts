import { parsePolicy, policyText } from '@holdfast/policy/authoring'
import { isObject, type Json, member, rewrite } from './json.ts'

/**
 * The text of a template whose slots a link fills (`{ templateId, newId, values: { "?principal": uid } }`), as a policy. Throws when the
 * link fits no template.
 */
export function linked(link: Json, templates: ReadonlyMap<string, string>): string {
  const id = String(member(link, 'templateId', 'template_id', 'template'))
  const text = templates.get(id)
  const parsed = text === undefined ? undefined : parsePolicy(id, text)
  const values = member(link, 'values', 'slots', 'args')
  if (parsed?.ok !== true || !isObject(values))
    throw new Error(`no link of a template: ${JSON.stringify(link).slice(0, 200)}`)
  const filled = rewrite(parsed.policy, (object) => {
    const { slot, ...rest } = object
    return typeof slot === 'string' ? { ...rest, entity: values[slot] } : object
  })
  const written = policyText(filled)
  if (!written.ok) throw new Error(`the link of ${id} makes no policy: ${written.problem}`)
  return written.text
}
