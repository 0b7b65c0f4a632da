import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { ok } from '../../../../platform/outcome.ts'
import { createGroup, deleteGroup, patchGroup, replaceGroup, withoutMembers } from '../groups/change.ts'
import { listGroups, viewGroup } from '../groups/show.ts'
import { ListParameters, listQueryOf } from '../list.ts'
import type { ScimTools } from '../parts.ts'
import { project } from '../project.ts'
import { attempt } from '../refusals.ts'
import { groupType } from '../schema/group.ts'
import { scopeOf } from '../scope.ts'
import { answered, body, common, unlessKnown, withBody } from './common.ts'
import { searchOf } from './search.ts'

const path = '/scim/v2/Groups'
const one = '/scim/v2/Groups/:id'
/** Twenty thousand members. */
const bodyLimit = 4 * 1024 * 1024

export const scimGroupRoutes = (deps: ScimTools): Route[] => [
  defineRoute({
    ...common,
    method: 'GET',
    path,
    summary: 'SCIM: list groups, with a filter (RFC 7644, section 3.4.2)',
    input: { query: ListParameters },
    reads: true,
    handler: ({ query, caller, read }) =>
      attempt(async () => {
        const asked = { ...query, ...listQueryOf(query, groupType) }
        return ok(JSON.stringify(await read((tx) => listGroups(tx, deps, scopeOf(caller), asked))))
      }),
  }),
  defineRoute({
    ...common,
    method: 'POST',
    path: '/scim/v2/Groups/.search',
    summary: 'SCIM: list groups by a question that stands in no address (RFC 7644, section 3.4.3)',
    input: { bytes: body },
    reads: true,
    handler: ({ bytes, caller, read }) =>
      withBody(bytes, async (given) => {
        const query = searchOf(given)
        const asked = { ...query, ...listQueryOf(query, groupType) }
        return ok(JSON.stringify(await read((tx) => listGroups(tx, deps, scopeOf(caller), asked))))
      }),
  }),
  defineRoute({
    ...common,
    method: 'POST',
    path,
    summary: 'SCIM: add a group',
    input: { query: ListParameters, bytes: body },
    bodyLimit,
    event: 'group.created',
    handler: ({ bytes, query, caller, work }) =>
      withBody(bytes, async (given) =>
        answered(await createGroup(work, deps, scopeOf(caller), given), (all) => project(all, groupType, query)),
      ),
  }),
  defineRoute({
    ...common,
    method: 'GET',
    path: one,
    summary: 'SCIM: show a group',
    input: { query: ListParameters },
    reads: true,
    async handler({ params, query, caller, read, request }) {
      const named = { scope: scopeOf(caller), id: params.id }
      const found = await read((tx) => viewGroup(tx, deps, named, query))
      return unlessKnown(found, request, () => answered(found, (all) => project(all, groupType, query)))
    },
  }),
  defineRoute({
    ...common,
    method: 'PUT',
    path: one,
    summary: 'SCIM: replace a group: its name, and who of the connection is in it',
    input: { query: ListParameters, bytes: body },
    bodyLimit,
    event: 'group.updated',
    handler: ({ params, bytes, query, caller, work, request }) =>
      withBody(bytes, async (given) => {
        const named = { scope: scopeOf(caller), id: params.id, ifMatch: request.headers.get('if-match') }
        return answered(await replaceGroup(work, deps, named, given), (all) => project(all, groupType, query))
      }),
  }),
  defineRoute({
    ...common,
    method: 'PATCH',
    path: one,
    summary: 'SCIM: change a group: its name, and who of the connection is in it',
    input: { query: ListParameters, bytes: body },
    bodyLimit,
    event: 'group.updated',
    handler: ({ params, bytes, query, caller, work, request }) =>
      withBody(bytes, async (given) => {
        // Answered only where it is asked for (RFC 7644, section 3.5.2; Entra ID expects 204).
        const silent = query.attributes === undefined && query.excludedAttributes === undefined
        const changed = await patchGroup(
          work,
          deps,
          {
            scope: scopeOf(caller),
            id: params.id,
            ifMatch: request.headers.get('if-match'),
            projection: silent ? withoutMembers : query,
          },
          given,
        )
        const answer = answered(changed, (all) => project(all, groupType, query))
        return answer.ok && silent ? ok('', { ...answer.reply, status: 204 }) : answer
      }),
  }),
  defineRoute({
    ...common,
    method: 'DELETE',
    path: one,
    summary: 'SCIM: remove a group; its members stay',
    event: 'group.deleted',
    handler: ({ params, caller, work, request }) =>
      deleteGroup(work, deps, { scope: scopeOf(caller), id: params.id, ifMatch: request.headers.get('if-match') }),
  }),
]
