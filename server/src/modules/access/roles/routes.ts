import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import { platformErrors } from '../../../platform/errors.ts'
import type { Decide } from '../../../platform/ports.ts'
import { errors } from '../errors.ts'
import type { GrantTools } from '../grants/give.ts'
import { NewRole, RoleChange, RoleSetShape, RoleShape, showRole } from '../grants/shapes.ts'
import { countGrants } from '../grants/store.ts'
import { findApplication } from '../store.ts'
import type { Role } from '../world/types.ts'
import { changeRole, createRole, removeRole } from './change.ts'
import { importRoles } from './import.ts'
import { listRoles } from './store.ts'

const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })
const shown = (written: Outcome<Role>) => (written.ok ? ok(showRole(written.value, new Map()), written.reply) : written)

export function roleRoutes(tools: GrantTools & { readonly decide: Decide }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/roles',
      summary: 'List the roles of an application, with how often each is granted',
      permission: { action: 'viewAccess', resource: onApplication },
      output: z.object({ items: z.array(RoleShape), next: z.null() }),
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ read, params }) =>
        read(async (tx) => {
          if ((await findApplication(tx, params.app)) === undefined) {
            return refuse(errors.application_not_found, { application: params.app })
          }
          const grants = await countGrants(tx, params.app)
          return ok({ items: (await listRoles(tx, params.app)).map((role) => showRole(role, grants)), next: null })
        }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/roles',
      summary: 'Add a role',
      permission: { action: 'changeRoles', resource: onApplication },
      input: { body: NewRole },
      output: RoleShape,
      event: 'role.created',
      limit: perPrincipal(600, 'minute'),
      handler: async ({ work, params, body, now }) => shown(await work((tx) => createRole(tx, params.app, body, now))),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/v1/applications/:app/roles/:role',
      summary: 'Change the name, the description or the parents of a role',
      permission: { action: 'changeRoles', resource: onApplication },
      input: { body: RoleChange },
      output: RoleShape,
      event: 'role.updated',
      limit: perPrincipal(600, 'minute'),
      handler: async ({ work, params, body, now }) =>
        shown(await work((tx) => changeRole(tx, params.app, { id: params.role, ...body }, now))),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v1/applications/:app/roles/:role',
      summary: 'Delete a role that nobody has',
      permission: { action: 'changeRoles', resource: onApplication },
      output: z.object({ deleted: z.literal(true) }),
      event: 'role.deleted',
      limit: perPrincipal(600, 'minute'),
      handler: ({ work, params }) => work((tx) => removeRole(tx, params.app, params.role)),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/applications/:app/roles',
      summary: 'Bring the roles, and the imported grants, to just this set',
      permission: { action: 'changeRoles', resource: onApplication },
      input: { body: RoleSetShape },
      bodyLimit: 8 * 1024 * 1024,
      output: z.object({
        created: z.array(z.string()),
        changed: z.array(z.string()),
        deleted: z.array(z.string()),
        granted: z.int(),
        ended: z.int(),
      }),
      event: 'roles.imported',
      limit: perPrincipal(60, 'minute'),
      handler: async ({ work, params, body, caller }) => {
        // Who may change roles may not therefore give them to somebody.
        const asked =
          body.grants === undefined ? undefined : await tools.decide(caller, 'grantAccess', onApplication({ params }))
        return work(async (tx) => {
          if (asked?.allowed === false) {
            const { explanation } = asked
            return refuse(platformErrors.forbidden, { explanation }, { action: 'grantAccess' })
          }
          const done = await importRoles(tx, tools, params.app, body)
          if (!done.ok) return done
          const { created, changed, deleted, granted, ended } = done.value
          return ok({ created: [...created], changed: [...changed], deleted: [...deleted], granted, ended })
        })
      },
    }),
  ]
}
