import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import { changeGroup } from '../change-group.ts'
import { createGroup } from '../create-group.ts'
import { deleteGroup } from '../delete-group.ts'
import { listGroups } from '../list-groups.ts'
import { Group, GroupChange, NewGroup, pageOf } from '../shapes.ts'
import type { DirectoryDeps } from '../types.ts'
import { Deleted, installation } from './common.ts'

const group = ({ params }: { params: { id: string } }) => ({ type: 'Group', id: params.id })

export const groupRoutes = (deps: DirectoryDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/groups',
    summary: 'List all groups',
    permission: { action: 'listGroups', resource: installation },
    output: pageOf(Group),
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read }) => read(async (tx) => ok(await listGroups(tx))),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/groups',
    summary: 'Add a group',
    permission: { action: 'createGroup', resource: installation },
    input: { body: NewGroup },
    output: Group,
    event: 'group.created',
    limit: perPrincipal(120, 'minute'),
    handler: ({ body, caller, work }) => createGroup(work, deps, caller, body),
  }),
  defineRoute({
    method: 'PATCH',
    path: '/api/v1/groups/:id',
    summary: "Change a group's name or parents",
    permission: { action: 'changeMembers', resource: group },
    input: { body: GroupChange },
    output: Group,
    event: 'group.updated',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, body, caller, work, read }) => changeGroup({ work, read }, deps, caller, params.id, body),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/groups/:id',
    summary: 'Remove a group; its members stay',
    permission: { action: 'deleteGroup', resource: group },
    output: Deleted,
    event: 'group.deleted',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, work }) => deleteGroup(work, deps, params.id),
  }),
]
