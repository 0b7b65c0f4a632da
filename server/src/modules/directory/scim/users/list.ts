import { type Outcome, ok, refuse } from '../../../../platform/outcome.ts'
import { isId } from '../../shapes.ts'
import type { Reading } from '../../types.ts'
import { scimErrors } from '../errors.ts'
import { matches } from '../filter/evaluate.ts'
import { lookupOf } from '../filter/indexed.ts'
import type { Filter } from '../filter/types.ts'
import { type Listed, type ListQuery, listed, pageOf, sorted } from '../list.ts'
import type { ScimTools } from '../parts.ts'
import { ScimProblem } from '../problem.ts'
import { project, type Projection } from '../project.ts'
import type { Resource } from '../schema/attribute.ts'
import { userType } from '../schema/user.ts'
import type { Scope } from '../scope.ts'
import { showUsers } from './show.ts'

/** People that one question decrypts and looks through, when no index answers it. */
const lookedThrough = 20_000
const atOnce = 500

/** @returns the user, or `scim_user_unknown` */
export async function viewUser(
  tx: Reading,
  deps: ScimTools,
  { scope, id }: { readonly scope: Scope; readonly id: string },
): Promise<Outcome<Resource>> {
  const row = isId(id) ? await deps.users.find(tx, scope, id) : null
  const [shown] = row === null ? [] : await showUsers(tx, deps, scope, [row])
  return shown === undefined ? refuse(scimErrors.scim_user_unknown) : ok(shown)
}

/**
 * A page of users (RFC 7644, section 3.4.2). Without a filter and an order the database counts and cuts; an equality of id,
 * userName, externalId, an e-mail address or displayName is found by its index; whatever else is asked of everybody.
 * @throws ScimProblem tooMany where that would be too many
 */
export async function listUsers(
  tx: Reading,
  deps: ScimTools,
  scope: Scope,
  query: ListQuery & Projection,
): Promise<Listed> {
  const { filter, sort, startIndex, count } = query
  const shown = (page: readonly Resource[]) => page.map((each) => project(each, userType, query))
  if (filter === undefined && sort === undefined) {
    const total = await deps.users.count(tx, scope)
    const rows = count === 0 ? [] : await deps.users.page(tx, scope, { offset: startIndex - 1, limit: count })
    return listed(total, startIndex, shown(await showUsers(tx, deps, scope, rows)))
  }
  const found = sorted(await all(tx, deps, scope, filter), userType, sort)
  return listed(found.length, startIndex, shown(pageOf(found, query)))
}

async function all(tx: Reading, deps: ScimTools, scope: Scope, filter: Filter | undefined): Promise<Resource[]> {
  const lookup = filter === undefined ? undefined : lookupOf(filter, userType.core.id)
  const isSo = (resource: Resource) => filter === undefined || matches(filter, resource, userType)
  if (lookup !== undefined) {
    return (await showUsers(tx, deps, scope, await deps.users.lookUp(tx, scope, lookup))).filter(isSo)
  }
  // Asked of nobody first: a comparison that makes no sense is refused whoever is there.
  isSo({})
  const total = await deps.users.count(tx, scope)
  if (total > lookedThrough) {
    throw new ScimProblem('tooMany', `Ask for an equality: this would look through ${total} users.`)
  }
  const found: Resource[] = []
  for (let offset = 0; offset < total; offset += atOnce) {
    const rows = await deps.users.page(tx, scope, { offset, limit: atOnce })
    found.push(...(await showUsers(tx, deps, scope, rows)).filter(isSo))
  }
  return found
}
