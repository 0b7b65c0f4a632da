import type { Schema } from '@holdfast/policy'
import type { TableMapping } from '@holdfast/policy/filter'
import type { Rules } from './decisions/knowledge.ts'
import { DIRECTORY_TYPES } from './principal.ts'
import type { Resource, ResourceEntity } from './resource.ts'

/** The parents in a mapping of which only the bundle knows what they lie in: their types. */
export function knownAbove(mapping: TableMapping): readonly string[] {
  const types = new Set<string>()
  for (const open: unknown[] = [mapping]; open.length > 0; ) {
    const at = open.pop()
    if (typeof at !== 'object' || at === null) continue
    if ('above' in at && at.above === 'known' && 'type' in at) types.add(String(at.type))
    open.push(...Object.values(at))
  }
  return [...types]
}

/**
 * Of these types and of all that they can lie in, those of which the bundle has not every entity. What it does not carry would count as
 * lying nowhere, and a forbid for what lies above it would not hold.
 */
function missingAbove(
  { carried }: Pick<Rules, 'carried'>,
  types: readonly string[],
  schema: Schema,
): readonly string[] {
  const seen = new Set<string>()
  for (const open = [...types]; open.length > 0; ) {
    const type = open.pop() as string
    if (DIRECTORY_TYPES.has(type) || seen.has(type)) continue
    seen.add(type)
    open.push(...(schema.type(type)?.memberOf ?? []))
  }
  return [...seen].filter((type) => !carried.has(type))
}

/** What keeps rows from being decided by this bundle as Holdfast decides: a sentence each. */
export function bundleFaults(knowledge: Rules, { type, known }: Resource, schema: Schema): readonly string[] {
  const faults = missingAbove(knowledge, known, schema).map((missing) => `${type}: ${sentence(missing)}`)
  if (!knowledge.carried.has(type) && !knowledge.present.has(type)) return faults
  return [...faults, `${type}: entities of this type come with the bundle, and rows of a table cannot be them as well`]
}

/** Why this resource cannot be decided by this bundle, or undefined. */
export function notCarried(knowledge: Pick<Rules, 'carried' | 'schema'>, { known = [] }: ResourceEntity) {
  const [missing] = known.length === 0 ? [] : missingAbove(knowledge, known, knowledge.schema())
  return missing === undefined ? undefined : sentence(missing)
}

const sentence = (type: string) =>
  `what a ${type} lies in does not come with the bundle: let the application bundle this type (--bundled-type ${type})`
