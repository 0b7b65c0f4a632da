import { z } from 'zod'
import { freshSignIn } from '../../../platform/assurance.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import type { Caller } from '../../../platform/ports.ts'
import type { Work } from '../../../platform/work.ts'
import type { SessionDeps } from './begin.ts'
import { sessionErrors } from './errors.ts'
import { listOwnSessions, OwnSessions } from './list.ts'
import { DeviceName, endOwnSession, endOwnSessions, nameOwnSession } from './own.ts'

const self = ({ caller }: { readonly caller: Caller }) => caller.principal
const of = ({ principal, session }: Caller, now: Date) => ({ person: principal.id, current: session?.id ?? null, now })
const unknown = (work: Work) => work<never>(async () => refuse(sessionErrors.session_unknown))
const isPerson = ({ principal }: Caller) => principal.type === 'Person'

/** The devices of a person, by that person. */
export const ownRoutes = (deps: SessionDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/me/sessions',
    summary:
      "The caller's own sign-ins, newest first: devices, places, and the applications that they were handed on to",
    permission: { action: 'viewSelf', resource: self },
    output: OwnSessions,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ caller, read, now }) => {
      if (!isPerson(caller)) return ok({ items: [] })
      const asked = { person: caller.principal.id, current: caller.session?.id ?? null, now }
      return read(async (tx) => ok(await listOwnSessions(tx, deps, asked)))
    },
  }),

  defineRoute({
    method: 'PATCH',
    path: '/api/v1/me/sessions/:id',
    summary: 'Name the device of a sign-in of one’s own; null takes the name away',
    permission: { action: 'changeOwnSessions', resource: self },
    input: { body: z.strictObject({ name: DeviceName.nullable() }) },
    output: z.object({ id: z.string(), name: z.string().nullable() }),
    event: 'session.named',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params: { id }, body: { name }, caller, work }) =>
      isPerson(caller) ? nameOwnSession(work, deps, { person: caller.principal.id, id, name }) : unknown(work),
  }),

  defineRoute({
    method: 'DELETE',
    path: '/api/v1/me/sessions/:id',
    summary: 'End a sign-in of one’s own, with its sessions at guarded hosts',
    permission: { action: 'changeOwnSessions', resource: self },
    assurance: freshSignIn,
    output: z.object({ revoked: z.int() }),
    event: 'session.revoked',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params: { id }, caller, work, now }) =>
      isPerson(caller) ? endOwnSession(work, deps, of(caller, now), id) : unknown(work),
  }),

  defineRoute({
    method: 'DELETE',
    path: '/api/v1/me/sessions',
    summary: 'End all sign-ins of one’s own; with `except=current`, all others',
    permission: { action: 'changeOwnSessions', resource: self },
    assurance: freshSignIn,
    input: { query: z.object({ except: z.literal('current').optional() }) },
    output: z.object({ revoked: z.int() }),
    event: 'session.revoked',
    limit: perPrincipal(60, 'minute'),
    handler: ({ query: { except }, caller, work, now }) => {
      if (!isPerson(caller)) return work(async () => refuse(sessionErrors.session_needed))
      return endOwnSessions(work, deps, of(caller, now), except === undefined ? undefined : caller.session?.id)
    },
  }),
]
