import { z } from 'zod'
import { acrs, freshSignIn } from '../../../platform/assurance.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import { directoryErrors, isId } from '../../directory/index.ts'
import { personDemand } from '../store/demands.ts'
import type { SessionDeps } from './begin.ts'
import { sessionErrors } from './errors.ts'
import { liftPerson, raisePerson, raiseSession } from './raise.ts'
import { sessionResource } from './operator-routes.ts'

const Requirement = z.strictObject({
  acr: z.enum(acrs).describe('what must be shown: `aal2` two factors, `phr` a passkey'),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^\P{C}*$/u, 'no control characters')
    .describe('who wants it, and why'),
})

const person = ({ params }: { params: { id: string } }) => ({ type: 'Person', id: params.id })

/** Somebody, or a detection, raises what sessions must show. */
export const requireRoutes = (deps: SessionDeps): Route[] => [
  defineRoute({
    method: 'POST',
    path: '/api/v1/sessions/:id/require',
    summary: 'A session must show more, at once and everywhere, before it is good for anything again',
    permission: { action: 'requireAssurance', resource: sessionResource },
    input: { body: Requirement },
    output: z.object({
      acr: z.enum(acrs),
      below: z.int().describe('sessions that show less, those at hosts included'),
    }),
    event: 'session.required',
    limit: perPrincipal(600, 'minute'),
    handler: ({ params: { id }, body, work, now }) =>
      work(async (tx) => {
        const below = isId(id) ? await raiseSession(tx, id, { ...body, now }) : undefined
        return below === undefined ? refuse(sessionErrors.session_unknown) : ok({ acr: body.acr, below })
      }),
  }),

  defineRoute({
    method: 'GET',
    path: '/api/v1/people/:id/require',
    summary: 'What every session of a person must show, because somebody raised it',
    permission: { action: 'viewPerson', resource: person },
    output: z.object({
      required: z.object({ acr: z.enum(acrs), reason: z.string(), raisedAt: z.iso.datetime() }).nullable(),
    }),
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params: { id }, read }) =>
      read(async (tx) => {
        if ((await deps.directory.person(tx, id)) === null) return refuse(directoryErrors.person_unknown)
        const demand = await personDemand(tx, id)
        return ok({ required: demand && { ...demand, raisedAt: demand.raisedAt.toISOString() } })
      }),
  }),

  defineRoute({
    method: 'POST',
    path: '/api/v1/people/:id/require',
    summary: 'Every session of a person must show more, those to come too, until it is lifted',
    permission: { action: 'requirePersonAssurance', resource: person },
    input: { body: Requirement },
    output: z.object({
      acr: z.enum(acrs),
      below: z.int().describe('sessions that show less, those at hosts included'),
    }),
    event: 'person.required',
    limit: perPrincipal(600, 'minute'),
    handler: ({ params: { id }, body, work, now }) =>
      work(async (tx) => {
        if ((await deps.directory.person(tx, id)) === null) return refuse(directoryErrors.person_unknown)
        const below = await raisePerson(tx, id, { ...body, now })
        // More may have been demanded already, and holds.
        const { acr } = (await personDemand(tx, id)) ?? body
        return ok({ acr, below })
      }),
  }),

  defineRoute({
    method: 'DELETE',
    path: '/api/v1/people/:id/require',
    summary: 'Lift what was demanded of the sessions of a person',
    permission: { action: 'requirePersonAssurance', resource: person },
    assurance: freshSignIn,
    output: z.object({ lifted: z.boolean() }),
    event: 'person.requirement_lifted',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params: { id }, work }) =>
      work(async (tx) => {
        if ((await deps.directory.person(tx, id)) === null) return refuse(directoryErrors.person_unknown)
        return ok({ lifted: await liftPerson(tx, id) })
      }),
  }),
]
