import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import type { Authoring } from '../authoring/authoring.ts'
import { changeApplication, createApplication, removeApplication } from '../applications.ts'
import { errors } from '../errors.ts'
import type { GrantTools } from '../grants/give.ts'
import type { AccessDeps } from '../index.ts'
import { putSchema } from '../policies.ts'
import { applicationOf, registrationBody } from '../registration.ts'
import { Application, ApplicationChange, SchemaText, showApplication } from '../shapes.ts'
import { type ApplicationRow, findApplication, listApplications } from '../store.ts'

const installation = () => ({ type: 'Installation', id: 'installation' })
const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })
const schemaOf = (row: ApplicationRow) => ({
  text: row.schema_text,
  version: row.schema_version,
  updatedAt: row.schema_updated_at.toISOString(),
})

export function applicationRoutes(deps: AccessDeps, authoring: Authoring, tools: GrantTools): Route[] {
  const { edgesOf, clients, random, isOwnHost } = deps
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications',
      summary: 'List the applications',
      permission: { action: 'listApplications', resource: installation },
      output: z.object({ items: z.array(Application), next: z.string().nullable() }),
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ read }) =>
        read(async (tx) => {
          const [rows, edges] = [await listApplications(tx), await edgesOf(tx)]
          return ok({ items: rows.map((row) => showApplication(row, edges)), next: null })
        }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications',
      summary: 'Register an application, with an OAuth client when there is client metadata (RFC 7591) in the body',
      permission: { action: 'createApplication', resource: installation },
      input: { body: registrationBody(clients) },
      bodyLimit: 320 * 1024,
      output: Application.extend(clients.answer),
      event: 'application.created',
      limit: perPrincipal(600, 'minute'),
      handler: async ({ work, read, caller, body, now }) => {
        const checked = await clients.prepare({ caller, read, work }, body)
        if (!checked.ok) return checked
        const prepared = checked.value
        const application = applicationOf(body, prepared, random)
        const client = prepared && { clients, prepared }
        const created = await createApplication(work, { authoring, isOwnHost }, application, now, client)
        if (!created.ok) return created
        return ok({ ...created.value.client, ...showApplication(created.value.row, new Map()) }, created.reply)
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app',
      summary: 'Read an application',
      permission: { action: 'viewApplication', resource: onApplication },
      output: Application,
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ read, params }) =>
        read(async (tx) => {
          const row = await findApplication(tx, params.app)
          if (row === undefined) return refuse(errors.application_not_found, { application: params.app })
          return ok(showApplication(row, await edgesOf(tx)))
        }),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/v1/applications/:app',
      summary: 'Change the name, hosts, upstream or public paths of an application',
      permission: { action: 'updateApplication', resource: onApplication },
      input: { body: ApplicationChange },
      output: Application,
      event: 'application.updated',
      limit: perPrincipal(60, 'minute'),
      handler: async ({ work, params, body }) => {
        const changed = await changeApplication(work, params.app, body, deps)
        return changed.ok ? ok(showApplication(changed.value, new Map())) : changed
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v1/applications/:app',
      summary: 'Delete an application that no service is bound to',
      permission: { action: 'deleteApplication', resource: onApplication },
      output: z.object({ deleted: z.literal(true) }),
      event: 'application.deleted',
      limit: perPrincipal(600, 'minute'),
      handler: ({ work, params }) => removeApplication(work, tools, params.app, deps),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/schema',
      summary: 'Read the Cedar schema of an application',
      permission: { action: 'viewApplication', resource: onApplication },
      output: SchemaText,
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ read, params }) =>
        read(async (tx) => {
          const row = await findApplication(tx, params.app)
          return row === undefined
            ? refuse(errors.application_not_found, { application: params.app })
            : ok(schemaOf(row))
        }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/applications/:app/schema',
      summary: 'Replace the Cedar schema of an application',
      permission: { action: 'writeSchema', resource: onApplication },
      input: {
        body: z.strictObject({
          text: z
            .string()
            .min(1)
            .max(256 * 1024)
            .nullable(),
        }),
      },
      bodyLimit: 320 * 1024,
      output: SchemaText,
      event: 'schema.written',
      limit: perPrincipal(60, 'minute'),
      handler: async ({ read, work, params, body, now }) => {
        const written = await putSchema({ read, work, authoring, now }, params.app, body.text)
        return written.ok ? ok(schemaOf(written.value)) : written
      },
    }),
  ]
}
