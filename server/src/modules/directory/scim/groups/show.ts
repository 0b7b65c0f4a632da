import { type Outcome, ok, refuse } from '../../../../platform/outcome.ts'
import type { Reading } from '../../types.ts'
import { isSlug } from '../../shapes.ts'
import { scimErrors } from '../errors.ts'
import { matches } from '../filter/evaluate.ts'
import { printFilter } from '../filter/print.ts'
import { type Listed, type ListQuery, listed, pageOf, sorted } from '../list.ts'
import type { ScimTools } from '../parts.ts'
import { isWanted, project, type Projection } from '../project.ts'
import type { Resource } from '../schema/attribute.ts'
import { groupType } from '../schema/group.ts'
import type { Scope } from '../scope.ts'
import { baseOf, groupOf } from '../show.ts'
import { type GroupRow, membersOf, selectScimGroups } from '../store/groups.ts'

type Deps = Pick<ScimTools, 'publicUrl'>

/** @returns the group, or `scim_group_unknown` */
export async function viewGroup(
  tx: Reading,
  deps: Deps,
  { scope, id }: { readonly scope: Scope; readonly id: string },
  projection: Projection = {},
): Promise<Outcome<Resource>> {
  const [row] = isSlug(id) ? await selectScimGroups(tx, scope, id) : []
  if (row === undefined) return refuse(scimErrors.scim_group_unknown)
  const [shown = {}] = await showGroups(tx, deps, scope, [row], isWanted('members', groupType, projection))
  return ok(shown)
}

/** A page of groups. There are few, so that they are all looked at; their members only where somebody asks for them. */
export async function listGroups(
  tx: Reading,
  deps: Deps,
  scope: Scope,
  query: ListQuery & Projection,
): Promise<Listed> {
  const { filter, sort, startIndex } = query
  const rows = await selectScimGroups(tx, scope)
  const byMembers = filter !== undefined && /members/i.test(printFilter(filter))
  const all = await showGroups(tx, deps, scope, rows, byMembers)
  if (filter !== undefined) matches(filter, {}, groupType)
  const found = sorted(
    filter === undefined ? all : all.filter((each) => matches(filter, each, groupType)),
    groupType,
    sort,
  )
  const page = new Set(pageOf(found, query).map(({ id }) => id))
  const shown = rows.filter(({ id }) => page.has(id))
  const whole = new Map(
    (await showGroups(tx, deps, scope, shown, isWanted('members', groupType, query))).map((each) => [each['id'], each]),
  )
  const resources = pageOf(found, query).map(({ id }) => project(whole.get(id ?? null) ?? {}, groupType, query))
  return listed(found.length, startIndex, resources)
}

async function showGroups(
  tx: Reading,
  { publicUrl }: Deps,
  scope: Scope,
  rows: readonly GroupRow[],
  withMembers: boolean,
): Promise<Resource[]> {
  const ids = rows.map(({ id }) => id)
  const members = withMembers ? await membersOf(tx, scope, ids) : undefined
  return rows.map((row) =>
    groupOf(baseOf(publicUrl), row, members === undefined ? undefined : (members.get(row.id) ?? [])),
  )
}
