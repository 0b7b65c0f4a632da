import { z } from 'zod'
import { freshSignIn } from '../../../platform/assurance.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import type { Caller } from '../../../platform/ports.ts'
import { isId } from '../../directory/index.ts'
import { writeDeviceName } from '../store/session-lists.ts'
import { findSession } from '../store/sessions.ts'
import type { SessionDeps } from './begin.ts'
import { endAllOf, endTree } from './end.ts'
import { sessionErrors } from './errors.ts'
import { noCookie } from './lifetime.ts'
import { listOwnSessions, OwnSessions } from './list.ts'

const self = ({ caller }: { readonly caller: Caller }) => caller.principal
const isPerson = ({ principal }: Caller) => principal.type === 'Person'

const Name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{C}*$/u, 'no control characters')

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
    input: { body: z.strictObject({ name: Name.nullable() }) },
    output: z.object({ id: z.string(), name: z.string().nullable() }),
    event: 'session.named',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params: { id }, body: { name }, caller, work }) =>
      work(async (tx) => {
        const person = caller.principal.id
        if (!isPerson(caller) || !isId(id)) return refuse(sessionErrors.session_unknown)
        const sealed = name === null ? null : await deps.columns.deviceName.close(tx, id, name, `Person/${person}`)
        if (!(await writeDeviceName(tx, { id, person, name: sealed }))) return refuse(sessionErrors.session_unknown)
        await tx.record({ kind: 'session.named', resource: { type: 'Session', id } })
        return ok({ id, name })
      }),
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
      work(async (tx) => {
        const session = isId(id) ? await findSession(tx, id) : null
        const own = isPerson(caller) && session?.person === caller.principal.id
        const ending = { kind: 'session.revoked', reason: 'revoked', now } as const
        const revoked = own ? await endTree(tx, deps, id, ending) : 0
        if (revoked === 0) return refuse(sessionErrors.session_unknown)
        return ok({ revoked }, caller.session?.id === id ? { cookies: [noCookie] } : {})
      }),
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
    handler: ({ query: { except }, caller, work, now }) =>
      work(async (tx) => {
        if (!isPerson(caller)) return refuse(sessionErrors.session_needed)
        const keep = except === undefined ? undefined : caller.session?.id
        const { id } = caller.principal
        const ending = {
          kind: 'session.revoked',
          reason: 'revoked',
          now,
          keep,
          withGrants: keep === undefined,
        } as const
        const revoked = await endAllOf(tx, deps, id, ending)
        if (revoked === 0) {
          const resource = { type: 'Person', id }
          await tx.record({ kind: 'session.revoked', resource, reason: 'revoked', data: { sessions: 0 } })
        }
        return ok({ revoked }, keep === undefined ? { cookies: [noCookie] } : {})
      }),
  }),
]
