import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { clientsErrors } from '../clients/errors.ts'
import { Identifier, ScopeName } from '../clients/metadata/shape.ts'
import { identifierProblem } from '../clients/metadata/uris.ts'
import { announceClients } from '../clients/store/clients.ts'
import type { ClientTools } from '../clients/tools.ts'
import { openIdScopes } from '../clients/scopes.ts'
import { resourcesErrors } from './errors.ts'
import { defaultIdentifier, identifiersOfOthers, replaceResources, type Resource, resourcesOf } from './store.ts'

const Scope = z.strictObject({
  name: ScopeName.refine((name) => !openIdScopes.some((own) => own === name), 'a scope of OpenID Connect'),
  description: z.string().trim().min(1).max(200).describe('For the person who is asked whether a client may.'),
})
const OneResource = z.strictObject({ identifier: Identifier, scopes: z.array(Scope).max(100).default([]) })
const ResourceList = z.object({ items: z.array(OneResource), next: z.string().nullable() })

const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })

export const resourceRoutes = (tools: ClientTools): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/applications/:app/resources',
    summary: 'What access tokens may be for at an application (RFC 8707), and the scopes of each',
    permission: { action: 'viewClients', resource: onApplication },
    output: ResourceList,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read, params }) =>
      read(async (tx) =>
        (await tools.applications.find(tx, params.app)) === undefined
          ? refuse(clientsErrors.client_application_unknown, { application: params.app })
          : ok(show(await resourcesOf(tx, params.app))),
      ),
  }),
  defineRoute({
    method: 'PUT',
    path: '/api/v1/applications/:app/resources',
    summary: 'Replace what access tokens may be for at an application; its default one is always among it',
    permission: { action: 'changeResources', resource: onApplication },
    input: { body: z.strictObject({ items: z.array(OneResource).max(50) }) },
    output: ResourceList,
    event: 'application.resources_changed',
    limit: perPrincipal(120, 'minute'),
    handler: ({ work, params, body }) => work((tx) => change(tx, tools, params.app, body.items)),
  }),
]

/** @returns them; `client_application_unknown`, `resource_identifier_invalid`, `resource_taken` */
async function change(
  tx: Tx,
  { applications }: Pick<ClientTools, 'applications'>,
  application: string,
  items: readonly z.output<typeof OneResource>[],
): Promise<Outcome<z.input<typeof ResourceList>>> {
  const known = await applications.find(tx, application)
  if (known === undefined) return refuse(clientsErrors.client_application_unknown, { application })
  if (known.builtin) return refuse(clientsErrors.client_application_builtin)
  const seen = new Set<string>()
  const own = await defaultIdentifier(tx, application)
  for (const { identifier } of items) {
    const problem = seen.has(identifier) ? 'named twice' : problemOf(own, identifier)
    if (problem !== undefined) return refuse(resourcesErrors.resource_identifier_invalid, { identifier, problem })
    seen.add(identifier)
  }
  const taken = await identifiersOfOthers(tx, application, [...seen])
  if (taken[0] !== undefined) return refuse(resourcesErrors.resource_taken, { identifier: taken[0] })
  await replaceResources(tx, application, items)
  await announceClients(tx)
  await tx.record({
    kind: 'application.resources_changed',
    resource: { type: 'Application', id: application },
    application,
    data: {
      resources: items.map(({ identifier, scopes }) => ({ identifier, scopes: scopes.map(({ name }) => name) })),
    },
  })
  // Edges are told which audiences are theirs.
  await applications.changed(tx)
  return ok(show(await resourcesOf(tx, application)))
}

function problemOf(own: string, identifier: string): string | undefined {
  if (identifier === own) return undefined
  if (/^urn:holdfast:/i.test(identifier)) return 'urn:holdfast: is ours'
  return identifierProblem(identifier)?.message
}

function show(resources: readonly Resource[]): z.input<typeof ResourceList> {
  return {
    items: resources.map(({ identifier, scopes }) => ({ identifier, scopes: scopes.map((scope) => ({ ...scope })) })),
    next: null,
  }
}
