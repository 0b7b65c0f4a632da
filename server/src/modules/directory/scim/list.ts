import { z } from 'zod'
import { folded } from './filter/compare.ts'
import { parseFilter, parsePath } from './filter/parse.ts'
import type { AttributePath, Filter } from './filter/types.ts'
import { ScimProblem } from './problem.ts'
import { type Json, named, type Resource, type ResourceType } from './schema/attribute.ts'
import { findAttribute, holderOf, isObject, schemaIds } from './schema/find.ts'

/** Resources of one page: when the client does not say, and at most. */
export const pageSize = { usual: 100, most: 500 } as const

const number = z
  .union([z.string().regex(/^[+-]?\d{1,9}$/, 'a whole number'), z.int()])
  .transform(Number)
  .optional()

/** The query of a list (RFC 7644, section 3.4.2), and the body of a search, whose lists are arrays (section 3.4.3). */
const names = z.union([z.string().max(8192), z.array(z.string().max(500)).max(200)]).transform(String)
export const ListParameters = z.object({
  filter: z.string().max(8192).optional(),
  sortBy: z.string().max(500).optional(),
  sortOrder: z.string().max(20).optional(),
  startIndex: number,
  count: number,
  attributes: names.optional(),
  excludedAttributes: names.optional(),
})

export interface Sort {
  readonly path: AttributePath
  readonly descending: boolean
}

export interface ListQuery {
  readonly filter: Filter | undefined
  /** undefined: in the order in which they came */
  readonly sort: Sort | undefined
  /** from 1 */
  readonly startIndex: number
  readonly count: number
}

/** Less than 1 is 1, less than 0 is 0 (RFC 7644, section 3.4.2.4). @throws ScimProblem invalidFilter, invalidPath */
export function listQueryOf(given: z.output<typeof ListParameters>, type: ResourceType): ListQuery {
  const { filter, sortBy, sortOrder = 'ascending', startIndex = 1, count = pageSize.usual } = given
  const path = sortBy === undefined || sortBy === '' ? undefined : parsePath(sortBy, schemaIds(type))
  const usual = path === undefined || /^(id|meta\.created)$/i.test(sortBy ?? '')
  const descending = sortOrder.toLowerCase() === 'descending'
  return {
    filter: filter === undefined || filter.trim() === '' ? undefined : parseFilter(filter, schemaIds(type)),
    sort: path === undefined || (usual && !descending) ? undefined : { path, descending },
    startIndex: Math.max(1, startIndex),
    count: Math.min(pageSize.most, Math.max(0, count)),
  }
}

/** RFC 7644, section 3.4.2. */
export interface Listed {
  readonly schemas: readonly string[]
  readonly totalResults: number
  readonly startIndex: number
  readonly itemsPerPage: number
  readonly Resources: readonly Resource[]
}

export function listed(totalResults: number, startIndex: number, resources: readonly Resource[]): Listed {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  }
}

export function pageOf(found: readonly Resource[], { startIndex, count }: ListQuery): readonly Resource[] {
  return found.slice(startIndex - 1, startIndex - 1 + count)
}

/** In the order of an attribute; of one with many values by the primary or first; who has none comes last (section 3.4.2.3). */
export function sorted(found: readonly Resource[], type: ResourceType, sort: Sort | undefined): readonly Resource[] {
  if (sort === undefined) return found
  const keyed = found.map((resource) => ({ resource, key: keyIn(resource, type, sort.path) }))
  const direction = sort.descending ? -1 : 1
  const order = (a: string | undefined, b: string | undefined): number => {
    if (a === b) return 0
    if (a === undefined || b === undefined) return a === undefined ? direction : -direction
    return a < b ? -direction : direction
  }
  return keyed.toSorted((a, b) => order(a.key, b.key)).map(({ resource }) => resource)
}

function keyIn(resource: Resource, type: ResourceType, path: AttributePath): string | undefined {
  const found = findAttribute(type, path)
  if (found === undefined || path.where !== null) {
    throw new ScimProblem('invalidPath', 'Nothing is ordered by this.')
  }
  const { attribute, extension } = found
  const value = holderOf(resource, extension)[attribute.name]
  const list: readonly (Json | undefined)[] = Array.isArray(value) ? (value as readonly Json[]) : [value]
  const one = list.find((each) => isObject(each) && each['primary'] === true) ?? list[0]
  const sub = named(attribute.subAttributes, path.sub ?? 'value')
  const simple = isObject(one) ? (sub === undefined ? undefined : one[sub.name]) : one
  if (simple === undefined || simple === null || typeof simple === 'object') return undefined
  return (sub ?? attribute).caseExact ? String(simple) : folded(String(simple))
}
