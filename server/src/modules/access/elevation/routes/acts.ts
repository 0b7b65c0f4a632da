import type { z } from 'zod'
import { perPrincipal } from '../../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { type Outcome, ok, refuse } from '../../../../platform/outcome.ts'
import type { Caller } from '../../../../platform/ports.ts'
import type { Tx, Work } from '../../../../platform/work.ts'
import { type Answering, approve, cancel, deny } from '../answer.ts'
import { breakGlass, review } from '../break-glass.ts'
import type { ElevationDeps } from '../deps.ts'
import { endElevation } from '../end.ts'
import { elevationErrors } from '../errors.ts'
import { requestElevation } from '../request.ts'
import { ElevationShape, NewElevation, NewGlass, Note, Review } from '../shapes.ts'
import { showElevations } from '../show.ts'
import type { ElevationRow } from '../store/elevations.ts'

const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })
const limit = perPrincipal(60, 'minute')

export function elevationActRoutes(deps: ElevationDeps): Route[] {
  /** As a person who is signed in: a service has nobody who could be asked about it. */
  const asPerson = (
    work: Work,
    { principal }: Caller,
    act: (tx: Tx, person: string) => Promise<Outcome<ElevationRow>>,
  ): Promise<Outcome<z.input<typeof ElevationShape>>> =>
    work(async (tx) => {
      if (principal.type !== 'Person') return refuse(elevationErrors.elevation_people_only)
      const done = await act(tx, principal.id)
      if (!done.ok) return done
      const [shown] = await showElevations(tx, deps, [done.value])
      if (shown === undefined) throw new Error('one row is shown as none')
      return ok(shown, done.reply)
    })

  const answer = (
    path: `/api/v1/applications/:app/elevations/:id/${'approve' | 'deny' | 'cancel' | 'end'}`,
    event: string,
    summary: string,
    act: (tx: Tx, deps: ElevationDeps, answering: Answering) => Promise<Outcome<ElevationRow>>,
    action = 'answerElevation',
  ) =>
    defineRoute({
      method: 'POST',
      path,
      summary,
      permission: { action, resource: onApplication },
      input: { body: Note },
      output: ElevationShape,
      event,
      limit,
      handler: ({ work, caller, params, body }) =>
        asPerson(work, caller, (tx, by) =>
          act(tx, deps, { application: params.app, id: params.id, by, note: body.note }),
        ),
    })

  return [
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/elevations',
      summary: 'Ask for a role, or for what a template permits, for a time',
      permission: { action: 'requestElevation', resource: onApplication },
      input: { body: NewElevation },
      output: ElevationShape,
      event: 'elevation.requested',
      limit,
      handler: ({ work, caller, params, body: { role, template = '', resource = null, ...wanted } }) =>
        asPerson(work, caller, (tx, person) =>
          requestElevation(tx, deps, params.app, person, {
            ...wanted,
            ...(role === undefined ? { gives: 'template', name: template } : { gives: 'role', name: role }),
            resource,
          }),
        ),
    }),
    answer(
      '/api/v1/applications/:app/elevations/:id/approve',
      'elevation.approved',
      'Approve what somebody else asked for',
      approve,
    ),
    answer(
      '/api/v1/applications/:app/elevations/:id/deny',
      'elevation.denied',
      'Deny what somebody else asked for',
      deny,
    ),
    answer(
      '/api/v1/applications/:app/elevations/:id/cancel',
      'elevation.cancelled',
      'Take back what one asked for',
      cancel,
      'requestElevation',
    ),
    answer(
      '/api/v1/applications/:app/elevations/:id/end',
      'elevation.ended',
      'End what was given for a time before its time',
      endElevation,
      'requestElevation',
    ),
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/break-glass',
      summary: 'Take a role at once in an emergency, without an approval; everybody is told, and it is reviewed',
      permission: { action: 'requestElevation', resource: onApplication },
      input: { body: NewGlass },
      output: ElevationShape,
      event: 'access.glass_broken',
      limit,
      handler: ({ work, caller, params, body }) =>
        asPerson(work, caller, (tx, person) => breakGlass(tx, deps, params.app, person, body)),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/elevations/:id/review',
      summary: 'Say what to make of it that somebody else broke the glass',
      permission: { action: 'answerElevation', resource: onApplication },
      input: { body: Review },
      output: ElevationShape,
      event: 'access.glass_reviewed',
      limit,
      handler: async ({ work, caller, params, body }) => {
        const { allowed } = await deps.decide(caller, 'reviewBreakGlass', onApplication({ params }))
        return asPerson(work, caller, (tx, by) =>
          review(tx, deps, { application: params.app, id: params.id, by, permitted: allowed, ...body }),
        )
      },
    }),
  ]
}
