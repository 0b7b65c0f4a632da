import type { Filter } from './types.ts'
import { same } from '../schema/attribute.ts'

/** What can be found without looking at everybody. */
export interface Lookup {
  readonly by: 'id' | 'userName' | 'externalId' | 'emails' | 'displayName'
  readonly value: string
}

/**
 * An equality that every match must satisfy and for which there is an index: it narrows the question down, and the whole
 * filter is asked of what is found.
 * @param core the id of the type's own schema
 */
export function lookupOf(filter: Filter, core: string): Lookup | undefined {
  if (filter.is === 'and') return lookupOf(filter.left, core) ?? lookupOf(filter.right, core)
  if (filter.is === 'some') {
    const { path } = filter
    if (path.where === null || !isCore(path.schema, core) || !same(path.name, 'emails')) return undefined
    return valueIn(path.where)
  }
  if (filter.is !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return undefined
  const { schema, name, sub } = filter.path
  if (!isCore(schema, core)) return undefined
  const { value } = filter
  if (same(name, 'emails')) return sub === null || same(sub, 'value') ? { by: 'emails', value } : undefined
  const by = (['id', 'userName', 'externalId', 'displayName'] as const).find((each) => same(each, name))
  return by === undefined || sub !== null ? undefined : { by, value }
}

function isCore(schema: string | null, core: string): boolean {
  return schema === null || same(schema, core)
}

/** `emails[type eq "work" and value eq "..."]` */
function valueIn(filter: Filter): Lookup | undefined {
  if (filter.is === 'and') return valueIn(filter.left) ?? valueIn(filter.right)
  if (filter.is !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return undefined
  return same(filter.path.name, 'value') && filter.path.sub === null ? { by: 'emails', value: filter.value } : undefined
}
