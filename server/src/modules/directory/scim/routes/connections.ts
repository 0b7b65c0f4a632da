import { freshSignIn } from '../../../../platform/assurance.ts'
import { perPrincipal } from '../../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { ok } from '../../../../platform/outcome.ts'
import { installation } from '../house.ts'
import {
  allowGroup,
  createConnection,
  disallowGroup,
  handOver,
  listConnections,
  release,
} from '../connections/manage.ts'
import { Connection, Connections, CreatedConnection, GroupAllowance, NewConnection } from '../connections/shapes.ts'
import type { ScimTools } from '../parts.ts'

const group = ({ params }: { params: { group: string } }) => ({ type: 'Group', id: params.group })
const person = ({ params }: { params: { person: string } }) => ({ type: 'Person', id: params.person })

/** For operators: the machine accounts that provision, and what they keep. */
export const connectionRoutes = (deps: ScimTools): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/scim/connections',
    summary: 'List the services that provision people and groups by SCIM, with what they keep',
    permission: { action: 'listServices', resource: installation },
    output: Connections,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read }) => read(async (tx) => ok(await listConnections(tx, deps))),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/scim/connections',
    summary: 'Add a service that may provision by SCIM, and nothing else; answers its key this once',
    permission: { action: 'createService', resource: installation },
    input: { body: NewConnection },
    output: CreatedConnection,
    event: 'service.created',
    assurance: freshSignIn,
    limit: perPrincipal(120, 'minute'),
    handler: ({ body, caller, work }) => createConnection(work, deps, caller, body),
  }),
  defineRoute({
    method: 'PUT',
    path: '/api/v1/scim/connections/:id/groups/:group',
    summary: 'Let a provisioning service change who is in a group',
    permission: { action: 'changeMembers', resource: group },
    input: { body: GroupAllowance },
    output: Connection,
    event: 'scim.group_allowed',
    assurance: freshSignIn,
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, body, work }) => allowGroup(work, deps, { ...params, ...body }),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/scim/connections/:id/groups/:group',
    summary: 'Let it no longer; who is in the group stays',
    permission: { action: 'changeMembers', resource: group },
    output: Connection,
    event: 'scim.group_disallowed',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, work }) => disallowGroup(work, deps, params),
  }),
  defineRoute({
    method: 'PUT',
    path: '/api/v1/scim/connections/:id/people/:person',
    summary: 'Hand a person over to a provisioning service, which keeps name, address and state from then on',
    permission: { action: 'handOverPerson', resource: person },
    output: Connection,
    event: 'scim.person_handed_over',
    assurance: freshSignIn,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, work }) => handOver(work, deps, params),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/scim/connections/:id/people/:person',
    summary: 'Take a person back from a provisioning service; the account stays as it is',
    permission: { action: 'handOverPerson', resource: person },
    output: Connection,
    event: 'scim.person_released',
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, work }) => release(work, deps, params),
  }),
]
