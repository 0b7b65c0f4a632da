import type { Schema } from '../schema/schema.ts'
import type { Type } from '../schema/types.ts'
import { renderString } from '../render.ts'

/** A condition as Cedar, and of which type a principal must be for it. */
export interface Condition {
  readonly text: string
  readonly principal: string | undefined
}

/**
 * What the name of an attribute means as a condition: of a principal's type it is who the principal is (`owner`), of a list of them that the
 * principal is among them, of groups or roles that the principal is in one, a boolean that it is true. An optional attribute must be there.
 * @returns undefined when the type has no such attribute, or it can be no condition
 */
export function attributeCondition(
  schema: Schema,
  resource: string,
  name: string,
  principals: readonly string[],
): Condition | undefined {
  const attribute = schema.type(resource)?.shape.attributes.get(name)
  if (attribute === undefined) return undefined
  const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
  const read = plain ? `resource.${name}` : `resource[${renderString(name)}]`
  const there = attribute.required ? '' : `resource has ${plain ? name : renderString(name)} && `
  const made = meaning(attribute.type, read, principals, schema)
  return made && { ...made, text: `${there}${made.text}` }
}

function meaning(type: Type, read: string, principals: readonly string[], schema: Schema): Condition | undefined {
  if (type.kind === 'bool') return { text: read, principal: undefined }
  const element = type.kind === 'set' ? type.element : type
  if (element.kind !== 'entity') return undefined
  if (principals.includes(element.name)) {
    const text = type.kind === 'set' ? `${read}.contains(principal)` : `${read} == principal`
    return { text, principal: element.name }
  }
  const above = principals.some((name) => mayBeIn(schema, name, element.name))
  return above ? { text: `principal in ${read}`, principal: undefined } : undefined
}

/** Whether an entity of the one type may be in one of the other, however far. */
export function mayBeIn(schema: Schema, type: string, above: string): boolean {
  const seen = new Set<string>()
  const open = [type]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const parent of schema.type(next)?.memberOf ?? []) {
      if (parent === above) return true
      if (!seen.has(parent)) open.push(parent)
      seen.add(parent)
    }
  }
  return false
}
