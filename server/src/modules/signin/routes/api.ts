import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import { type DirectoryDeps, directoryErrors, isId, Password } from '../../directory/index.ts'
import { signinErrors } from '../errors.ts'
import { allowedOf, whoAmI } from '../me.ts'
import { endAllOf, endTree } from '../sessions/end.ts'
import { noCookie } from '../sessions/lifetime.ts'
import { listSessions, SessionPage, SessionsQuery } from '../sessions/list.ts'
import { setPassword } from '../set-password.ts'
import type { SignInDeps } from '../sign-in.ts'
import { findSession } from '../store/sessions.ts'

const person = ({ params }: { params: { id: string } }) => ({ type: 'Person', id: params.id })

const Me = z.object({
  principal: z.object({ type: z.string(), id: z.string() }),
  name: z.string(),
  email: z.string().nullable(),
  groups: z.array(z.string()),
  session: z.object({ id: z.string(), startedAt: z.iso.datetime(), expiresAt: z.iso.datetime() }).nullable(),
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
    method: 'GET',
    path: '/api/v1/sessions',
    summary: 'List live sessions, newest first; with `person`, those of one person',
    permission: {
      action: 'listSessions',
      resource: () => ({ type: 'Installation', id: 'installation' }),
      narrower: {
        when: ({ query }) => query.person !== undefined,
        action: 'listPersonSessions',
        resource: ({ query }) => ({ type: 'Person', id: query.person ?? '' }),
      },
    },
    input: { query: SessionsQuery },
    output: SessionPage,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ query, caller, read, now }) => read(async (tx) => ok(await listSessions(tx, deps, caller, query, now))),
  }),

  defineRoute({
    method: 'DELETE',
    path: '/api/v1/sessions/:id',
    summary: 'End a session; a sign-in ends with its sessions at guarded hosts',
    permission: {
      action: 'revokeSession',
      async resource({ params, read }) {
        const session = isId(params.id) ? await read((tx) => findSession(tx, params.id)) : null
        const owner = session && { __entity: { type: 'Person', id: session.person } }
        return { type: 'Session', id: params.id, ...(owner !== null && { attributes: { owner } }) }
      },
    },
    output: z.object({ revoked: z.int() }),
    event: 'session.revoked',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, caller, work, now }) =>
      work(async (tx) => {
        const ending = { kind: 'session.revoked', reason: 'revoked', now } as const
        const revoked = isId(params.id) ? await endTree(tx, params.id, ending) : 0
        if (revoked === 0) return refuse(signinErrors.session_unknown)
        return ok({ revoked }, caller.session?.id === params.id ? { cookies: [noCookie] } : {})
      }),
  }),

  defineRoute({
    method: 'DELETE',
    path: '/api/v1/people/:id/sessions',
    summary: 'End every session of a person',
    permission: { action: 'revokePersonSessions', resource: person },
    output: z.object({ revoked: z.int() }),
    event: 'session.revoked',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, work, now }) =>
      work(async (tx) => {
        if ((await deps.directory.person(tx, params.id)) === null) return refuse(directoryErrors.person_unknown)
        const revoked = await endAllOf(tx, params.id, { kind: 'session.revoked', reason: 'revoked', now })
        if (revoked === 0) {
          const resource = { type: 'Person', id: params.id }
          await tx.record({ kind: 'session.revoked', resource, reason: 'revoked', data: { sessions: 0 } })
        }
        return ok({ revoked })
      }),
  }),

  defineRoute({
    method: 'PUT',
    path: '/api/v1/people/:id/password',
    summary: "Set a person's password and end their other sessions; for one's own, with the current one",
    permission: { action: 'setPassword', resource: person },
    input: { body: z.strictObject({ password: Password, current: Password.optional() }) },
    output: z.object({ changed: z.literal(true), revoked: z.int() }),
    event: 'password.set',
    limit: perPrincipal(60, 'minute'),
    handler: ({ params, body, caller, work, read, source, now }) =>
      setPassword({ work, read, caller, source, now }, deps, params.id, body),
  }),
]
