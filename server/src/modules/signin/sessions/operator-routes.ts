import { z } from 'zod'
import { freshSignIn } from '../../../platform/assurance.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import type { Read } from '../../../platform/work.ts'
import { directoryErrors, isId } from '../../directory/index.ts'
import { everyLiveSignIn } from '../store/session-lists.ts'
import { findSession } from '../store/sessions.ts'
import type { SessionDeps } from './begin.ts'
import { endAllOf, endEach, endTree } from './end.ts'
import { sessionErrors } from './errors.ts'
import { noCookie } from './lifetime.ts'
import { listSessions, SessionPage, SessionsQuery } from './list.ts'

/** A session, with whose it is, for the policies. */
export async function sessionResource({ params, read }: { params: { id: string }; read: Read }) {
  const session = isId(params.id) ? await read((tx) => findSession(tx, params.id)) : null
  const owner = session && { __entity: { type: 'Person', id: session.person } }
  return { type: 'Session', id: params.id, ...(owner !== null && { attributes: { owner } }) }
}

export const operatorRoutes = (deps: SessionDeps): Route[] => [
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
    permission: { action: 'revokeSession', resource: sessionResource },
    assurance: freshSignIn,
    output: z.object({ revoked: z.int() }),
    event: 'session.revoked',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, caller, work, now }) =>
      work(async (tx) => {
        const ending = { kind: 'session.revoked', reason: 'revoked', now, withGiven: true } as const
        const revoked = isId(params.id) ? await endTree(tx, deps, params.id, ending) : 0
        if (revoked === 0) return refuse(sessionErrors.session_unknown)
        return ok({ revoked }, caller.session?.id === params.id ? { cookies: [noCookie] } : {})
      }),
  }),

  defineRoute({
    method: 'DELETE',
    path: '/api/v1/sessions',
    summary: "End every session of everybody, save the caller's own",
    permission: { action: 'revokeEverySession', resource: () => ({ type: 'Installation', id: 'installation' }) },
    assurance: freshSignIn,
    output: z.object({ revoked: z.int() }),
    event: 'session.revoked',
    limit: perPrincipal(10, 'minute'),
    handler: ({ caller, work, now }) =>
      work(async (tx) => {
        const own = caller.session?.id
        const roots = await everyLiveSignIn(tx, own ?? null)
        const keep = own === undefined ? undefined : { session: own, withOffline: true }
        const ending = { roots, kind: 'session.revoked', reason: 'revoked_all', now } as const
        const { heads } = await endEach(tx, deps, [ending], { person: null, keep })
        const resource = { type: 'Installation', id: 'installation' }
        await tx.record({ kind: 'session.revoked', resource, reason: 'revoked_all', data: { sessions: heads } })
        return ok({ revoked: heads })
      }),
  }),

  defineRoute({
    method: 'DELETE',
    path: '/api/v1/people/:id/sessions',
    summary: 'End every session of a person',
    permission: { action: 'revokePersonSessions', resource: ({ params }) => ({ type: 'Person', id: params.id }) },
    assurance: freshSignIn,
    output: z.object({ revoked: z.int() }),
    event: 'session.revoked',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, work, now }) =>
      work(async (tx) => {
        if ((await deps.directory.person(tx, params.id)) === null) return refuse(directoryErrors.person_unknown)
        const revoked = await endAllOf(tx, deps, params.id, { kind: 'session.revoked', reason: 'revoked', now })
        if (revoked === 0) {
          const resource = { type: 'Person', id: params.id }
          await tx.record({ kind: 'session.revoked', resource, reason: 'revoked', data: { sessions: 0 } })
        }
        return ok({ revoked })
      }),
  }),
]
