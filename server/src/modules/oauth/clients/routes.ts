import { z } from 'zod'
import { freshSignIn } from '../../../platform/assurance.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Transaction } from '../../../platform/database/database.ts'
import { changeClient, removeClient } from './change.ts'
import { createClient } from './create.ts'
import { clientsErrors } from './errors.ts'
import { ClientInput } from './metadata/shape.ts'
import { dropSecret, rotateSecret } from './secrets.ts'
import { Client, CreatedClient, issued, showClient } from './show.ts'
import { type ClientRow, findClient, selectClients } from './store/clients.ts'
import { selectSecrets } from './store/secrets.ts'
import { deniedTarget, refuseTarget } from './targets.ts'
import type { ClientTools } from './tools.ts'

const NewClient = ClientInput.extend({
  client_id: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{3,128}$/, '3 to 128 letters, digits, dots, dashes, underscores or tildes')
    .optional()
    .describe('Its id, unique in the installation; one is made when it is absent.'),
})
const Change = ClientInput.extend({ disabled: z.boolean().optional() })
const Deleted = z.object({ deleted: z.literal(true) })

const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })
const aboutOf = ({ app, client }: { readonly app: string; readonly client: string }) => ({ application: app, client })
const limit = perPrincipal(120, 'minute')

/** The clients of an application, for whoever may change the application. Members that RFC 7591 does not name are passed over. */
export const clientRoutes = (tools: ClientTools): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/applications/:app/clients',
    summary: 'List the OAuth clients of an application',
    permission: { action: 'viewClients', resource: onApplication },
    output: z.object({ items: z.array(Client), next: z.string().nullable() }),
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read, params }) =>
      read(async (tx) => {
        const rows = await selectClients(tx, params.app)
        if (rows.length === 0 && (await tools.applications.find(tx, params.app)) === undefined)
          return refuse(clientsErrors.client_application_unknown, { application: params.app })
        const secrets = await selectSecrets(
          tx,
          rows.map(({ client_id }) => client_id),
        )
        return ok({ items: rows.map((row) => showClient(row, secrets)), next: null })
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/applications/:app/clients',
    summary: 'Register a further OAuth client of an application; answers its secret, this once',
    permission: { action: 'createClient', resource: onApplication },
    assurance: freshSignIn,
    input: { body: NewClient },
    output: CreatedClient,
    event: 'client.created',
    limit,
    handler: async ({ work, read, caller, params, body }) => {
      const denied = await deniedTarget(tools, { caller, read }, params.app, body)
      if (denied !== undefined) return refuseTarget(work, denied)
      const created = await createClient(work, tools, { application: params.app, ...body })
      if (!created.ok) return created
      return ok(
        { ...showClient(created.value.client, created.value.secrets), ...issued(created.value.secret) },
        { status: 201 },
      )
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/applications/:app/clients/:client',
    summary: 'Read an OAuth client',
    permission: { action: 'viewClients', resource: onApplication },
    output: Client,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read, params }) =>
      read(async (tx): Promise<Outcome<z.input<typeof Client>>> => {
        const row = await findClient(tx, params.client)
        if (row?.application_id !== params.app) return refuse(clientsErrors.client_not_found, aboutOf(params))
        return ok(await shown(tx, row))
      }),
  }),
  ...(['PUT', 'PATCH'] as const).map((method) =>
    defineRoute({
      method,
      path: '/api/v1/applications/:app/clients/:client',
      summary:
        method === 'PUT'
          ? 'Replace the metadata and settings of an OAuth client; what is absent goes back to its default'
          : 'Change an OAuth client, disable it or let it act again; what is absent stays',
      permission: { action: 'updateClient', resource: onApplication },
      input: { body: Change },
      output: CreatedClient,
      event: 'client.updated',
      limit,
      handler: async ({ work, read, caller, params, body }) => {
        const denied = await deniedTarget(tools, { caller, read }, params.app, body)
        if (denied !== undefined) return refuseTarget(work, denied)
        return work(async (tx) => {
          const changed = await changeClient(tx, tools, aboutOf(params), body, method === 'PUT')
          if (!changed.ok) return changed
          return ok({ ...(await shown(tx, changed.value.client)), ...issued(changed.value.secret) })
        })
      },
    }),
  ),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/applications/:app/clients/:client',
    summary: 'Delete an OAuth client, with its service, grants and tokens',
    permission: { action: 'deleteClient', resource: onApplication },
    output: Deleted,
    event: 'client.deleted',
    limit,
    handler: ({ work, params }) => removeClient(work, tools, aboutOf(params)),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/applications/:app/clients/:client/secrets',
    summary: 'Make a new secret of an OAuth client; the last one holds for a while longer',
    permission: { action: 'rotateClientSecret', resource: onApplication },
    assurance: freshSignIn,
    input: {
      body: z.strictObject({
        overlapSeconds: z
          .int()
          .min(0)
          .max(30 * 86_400)
          .default(86_400)
          .describe('How long the last secret still holds; 0: not at all.'),
      }),
    },
    output: z.object({
      id: z.string(),
      client_secret: z.string(),
      client_secret_expires_at: z.int(),
      othersEndAt: z.iso.datetime(),
    }),
    event: 'client.secret_created',
    limit,
    handler: ({ work, params, body }) => rotateSecret(work, tools, aboutOf(params), body.overlapSeconds),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/applications/:app/clients/:client/secrets/:secret',
    summary: 'Delete a secret of an OAuth client; it works no longer',
    permission: { action: 'rotateClientSecret', resource: onApplication },
    output: Deleted,
    event: 'client.secret_deleted',
    limit,
    handler: ({ work, params }) => dropSecret(work, tools, aboutOf(params), params.secret),
  }),
]

async function shown(tx: Pick<Transaction, 'kysely'>, row: ClientRow) {
  return showClient(row, await selectSecrets(tx, [row.client_id]))
}
