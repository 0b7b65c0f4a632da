import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { ok } from '../../../../platform/outcome.ts'
import { ListParameters, listQueryOf } from '../list.ts'
import type { ScimTools } from '../parts.ts'
import { project } from '../project.ts'
import { attempt } from '../refusals.ts'
import { userType } from '../schema/user.ts'
import { scopeOf } from '../scope.ts'
import { deleteUser, patchUser, replaceUser } from '../users/change.ts'
import { createUser } from '../users/create.ts'
import { listUsers, viewUser } from '../users/list.ts'
import { answered, body, common, unlessKnown, withBody } from './common.ts'
import { searchOf } from './search.ts'

const path = '/scim/v2/Users'
const one = '/scim/v2/Users/:id'
const bodyLimit = 256 * 1024

export const userRoutes = (deps: ScimTools): Route[] => [
  defineRoute({
    ...common,
    method: 'GET',
    path,
    summary: 'SCIM: list users, with a filter (RFC 7644, section 3.4.2)',
    input: { query: ListParameters },
    reads: true,
    handler: ({ query, caller, read }) =>
      attempt(async () => {
        const asked = { ...query, ...listQueryOf(query, userType) }
        return ok(JSON.stringify(await read((tx) => listUsers(tx, deps, scopeOf(caller), asked))))
      }),
  }),
  defineRoute({
    ...common,
    method: 'POST',
    path: '/scim/v2/Users/.search',
    summary: 'SCIM: list users by a question that stands in no address (RFC 7644, section 3.4.3)',
    input: { bytes: body },
    reads: true,
    handler: ({ bytes, caller, read }) =>
      withBody(bytes, async (given) => {
        const query = searchOf(given)
        const asked = { ...query, ...listQueryOf(query, userType) }
        return ok(JSON.stringify(await read((tx) => listUsers(tx, deps, scopeOf(caller), asked))))
      }),
  }),
  defineRoute({
    ...common,
    method: 'POST',
    path,
    summary: 'SCIM: add a user',
    input: { query: ListParameters, bytes: body },
    bodyLimit,
    event: 'person.created',
    handler: ({ bytes, query, caller, work }) =>
      withBody(bytes, async (given) =>
        answered(await createUser(work, deps, scopeOf(caller), given), (all) => project(all, userType, query)),
      ),
  }),
  defineRoute({
    ...common,
    method: 'GET',
    path: one,
    summary: 'SCIM: show a user',
    input: { query: ListParameters },
    reads: true,
    async handler({ params, query, caller, read, request }) {
      const found = await read((tx) => viewUser(tx, deps, { scope: scopeOf(caller), id: params.id }))
      return unlessKnown(found, request, () => answered(found, (all) => project(all, userType, query)))
    },
  }),
  defineRoute({
    ...common,
    method: 'PUT',
    path: one,
    summary: 'SCIM: replace a user; `active` as false ends every session and token',
    input: { query: ListParameters, bytes: body },
    bodyLimit,
    event: 'person.updated',
    handler: ({ params, bytes, query, caller, work, request }) =>
      withBody(bytes, async (given) => {
        const named = { scope: scopeOf(caller), id: params.id, ifMatch: request.headers.get('if-match') }
        return answered(await replaceUser(work, deps, named, given), (all) => project(all, userType, query))
      }),
  }),
  defineRoute({
    ...common,
    method: 'PATCH',
    path: one,
    summary: 'SCIM: change a user; `active` as false ends every session and token',
    input: { query: ListParameters, bytes: body },
    bodyLimit,
    event: 'person.updated',
    handler: ({ params, bytes, query, caller, work, request }) =>
      withBody(bytes, async (given) => {
        const named = { scope: scopeOf(caller), id: params.id, ifMatch: request.headers.get('if-match') }
        return answered(await patchUser(work, deps, named, given), (all) => project(all, userType, query))
      }),
  }),
  defineRoute({
    ...common,
    method: 'DELETE',
    path: one,
    summary: 'SCIM: remove a user with memberships, sessions and tokens',
    event: 'person.deleted',
    handler: ({ params, caller, work, request }) =>
      deleteUser(work, deps, { scope: scopeOf(caller), id: params.id, ifMatch: request.headers.get('if-match') }),
  }),
]
