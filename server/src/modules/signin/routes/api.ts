import { z } from 'zod'
import { acrs, freshSignIn } from '../../../platform/assurance.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok } from '../../../platform/outcome.ts'
import { type DirectoryDeps, Password } from '../../directory/index.ts'
import { allowedOf, whoAmI } from '../me.ts'
import { setPassword } from '../set-password.ts'
import type { SignInDeps } from '../sign-in.ts'

const person = ({ params }: { params: { id: string } }) => ({ type: 'Person', id: params.id })

const Me = z.object({
  principal: z.object({ type: z.string(), id: z.string() }),
  name: z.string(),
  email: z.string().nullable(),
  groups: z.array(z.string()),
  session: z
    .object({
      id: z.string(),
      startedAt: z.iso.datetime(),
      expiresAt: z.iso.datetime(),
      acr: z.enum(acrs).describe('how well the caller has proved who they are'),
      amr: z.array(z.string()).describe('by what (RFC 8176)'),
      authenticatedAt: z.iso.datetime().describe('since when all of it was shown'),
    })
    .nullable(),
  actions: z.array(z.string()),
  installation: z.object({
    name: z.string(),
    version: z.string(),
    publicUrl: z.string(),
    development: z.boolean(),
  }),
})

export const apiRoutes = (deps: SignInDeps & { readonly passwords: DirectoryDeps['passwords'] }): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/me',
    summary: 'Who is asking, and what they may do on the installation',
    permission: { action: 'viewSelf', resource: ({ caller }) => caller.principal },
    output: Me,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async ({ caller, read }) => ok(await whoAmI(deps, caller, read)),
  }),

  defineRoute({
    method: 'GET',
    path: '/api/v1/me/applications/:app',
    summary: 'What the caller may do on an application, whether or not it is there',
    permission: { action: 'viewSelf', resource: ({ caller }) => caller.principal },
    output: z.object({ actions: z.array(z.string()) }),
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async ({ caller, params }) => {
      const application = { type: 'Application', id: params.app }
      return ok({ actions: await allowedOf(deps.decide, caller, deps.applicationActions, application) })
    },
  }),

  defineRoute({
    method: 'PUT',
    path: '/api/v1/people/:id/password',
    summary: 'Set one’s own password, with the current one, and end one’s other sessions',
    permission: { action: 'setPassword', resource: person },
    assurance: freshSignIn,
    input: { body: z.strictObject({ password: Password, current: Password.optional() }) },
    output: z.object({ changed: z.literal(true), revoked: z.int() }),
    event: 'password.set',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, body, caller, work, read, source, now }) =>
      setPassword({ work, read, caller, source, now }, deps, params.id, body),
  }),
]
