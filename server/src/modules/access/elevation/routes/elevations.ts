import { z } from 'zod'
import { perPrincipal } from '../../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { ok, refuse } from '../../../../platform/outcome.ts'
import { uuid } from '../../../../platform/uuid.ts'
import type { ElevationDeps } from '../deps.ts'
import { elevationErrors } from '../errors.ts'
import { ElevationShape, ElevationsQuery } from '../shapes.ts'
import { showElevations } from '../show.ts'
import { isAmong, lastingStanding } from '../standing.ts'
import { findElevation, listElevations } from '../store/elevations.ts'
import { findRule, listRules } from '../store/rules.ts'

const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })

export function elevationListRoutes(deps: ElevationDeps): Route[] {
  const { decide, tools } = deps
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/elevations',
      summary: 'List what was asked for, and where the glass was broken',
      permission: {
        action: 'viewAccess',
        resource: onApplication,
        narrower: {
          when: ({ query: { mine, toApprove, toReview } }) => mine === true || toApprove === true || toReview === true,
          action: 'requestElevation',
          resource: onApplication,
        },
      },
      input: { query: ElevationsQuery },
      output: z.object({ items: z.array(ElevationShape), next: z.string().nullable() }),
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: async ({ read, params, caller, query }) => {
        const { mine = false, toApprove = false, toReview = false, cursor, limit, ...filter } = query
        const { principal } = caller
        if ((mine || toApprove || toReview) && principal.type !== 'Person') {
          return refuse(elevationErrors.elevation_people_only)
        }
        const reviews = toReview && (await decide(caller, 'reviewBreakGlass', onApplication({ params }))).allowed
        return read(async (tx) => {
          const now = tools.clock.now()
          const standing = await lastingStanding(tx, deps, params.app, principal)
          const rules = (await listRules(tx, params.app)).filter((rule) => isAmong(standing, rule.approvers))
          const rows = await listElevations(tx, params.app, {
            ...filter,
            now,
            ...(mine && { person: principal.id }),
            ...(toApprove && { toApprove: { by: principal.id, rules } }),
            ...(toReview && { toReview: { by: principal.id, roles: reviews ? null : rules.map(({ name }) => name) } }),
            after: cursor,
            limit: limit + 1,
          })
          const items = await showElevations(tx, deps, rows.slice(0, limit))
          return ok({ items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null })
        })
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/elevations/:id',
      summary: 'Read a request: whoever asked, may answer it, or sees all of the application',
      permission: { action: 'requestElevation', resource: onApplication },
      output: ElevationShape,
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: async ({ read, params, caller }) => {
        const all = await decide(caller, 'viewAccess', onApplication({ params }))
        return read(async (tx) => {
          const none = refuse(elevationErrors.elevation_not_found, { application: params.app, elevation: params.id })
          const at = { application: params.app, id: params.id, now: tools.clock.now() }
          const row = uuid.test(params.id) ? await findElevation(tx, at) : undefined
          if (row === undefined) return none
          if (!all.allowed && row.person_id !== caller.principal.id) {
            const rule = await findRule(tx, params.app, row.gives, row.name)
            const standing = await lastingStanding(tx, deps, params.app, caller.principal)
            if (rule === undefined || !isAmong(standing, rule.approvers)) return none
          }
          const [shown] = await showElevations(tx, deps, [row])
          return shown === undefined ? none : ok(shown)
        })
      },
    }),
  ]
}
