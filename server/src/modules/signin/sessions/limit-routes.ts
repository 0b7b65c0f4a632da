import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import { findLimits, removeLimits, writeLimits } from '../store/limits.ts'
import type { SessionDeps } from './begin.ts'
import { limitSettings } from './config.ts'
import { sessionErrors } from './errors.ts'
import { limitsOf, presetNames } from './presets.ts'
import { limitsAt } from './start.ts'

const application = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })

const Asked = z.strictObject({ preset: z.enum(presetNames), ...limitSettings })

const Shown = z.object({ preset: z.enum(presetNames), idleSeconds: z.int(), absoluteSeconds: z.int() })

const Answer = z.object({
  own: Shown.nullable().describe('what the application says; null: nothing'),
  effective: Shown.describe('with what the installation says: of each the shorter'),
})

/** How long sessions at one application last. */
export const limitRoutes = (deps: SessionDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/applications/:app/session-limits',
    summary: 'How long sessions at an application last',
    permission: { action: 'viewApplication', resource: application },
    output: Answer,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params: { app }, read }) =>
      read(async (tx) => {
        if ((await deps.applications.find(tx, app)) === null) return refuse(sessionErrors.session_application_unknown)
        return ok({ own: await findLimits(tx, app), effective: await limitsAt(tx, deps, app) })
      }),
  }),

  defineRoute({
    method: 'PUT',
    path: '/api/v1/applications/:app/session-limits',
    summary: 'Shorten the sessions at an application: a preset, and what differs from it',
    permission: { action: 'updateApplication', resource: application },
    input: { body: Asked },
    output: Answer,
    event: 'session.limits_changed',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params: { app }, body, work }) =>
      work(async (tx) => {
        if ((await deps.applications.find(tx, app)) === null) return refuse(sessionErrors.session_application_unknown)
        const limits = limitsOf(body.preset, body)
        await writeLimits(tx, app, limits)
        const data = { ...limits }
        await tx.record({
          kind: 'session.limits_changed',
          resource: { type: 'Application', id: app },
          application: app,
          data,
        })
        return ok({ own: limits, effective: await limitsAt(tx, deps, app) })
      }),
  }),

  defineRoute({
    method: 'DELETE',
    path: '/api/v1/applications/:app/session-limits',
    summary: 'Sessions at an application last as long as the installation says',
    permission: { action: 'updateApplication', resource: application },
    output: Answer,
    event: 'session.limits_changed',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params: { app }, work }) =>
      work(async (tx) => {
        if ((await deps.applications.find(tx, app)) === null) return refuse(sessionErrors.session_application_unknown)
        await removeLimits(tx, app)
        await tx.record({
          kind: 'session.limits_changed',
          resource: { type: 'Application', id: app },
          application: app,
        })
        return ok({ own: null, effective: await limitsAt(tx, deps, app) })
      }),
  }),
]
