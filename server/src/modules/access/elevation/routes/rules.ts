import { z } from 'zod'
import { perPrincipal } from '../../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { ok, refuse } from '../../../../platform/outcome.ts'
import { errors } from '../../errors.ts'
import { findApplication } from '../../store.ts'
import type { ElevationDeps } from '../deps.ts'
import { removeRule, setRule } from '../rules.ts'
import { Gives, RuleShape, RuleText } from '../shapes.ts'
import { showRule } from '../show.ts'
import { lastingStanding } from '../standing.ts'
import { listRules } from '../store/rules.ts'

const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })
const query = z.object({ gives: Gives.default('role') })

export function ruleRoutes(deps: ElevationDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/elevation-rules',
      summary: 'List who may ask for which role for a time, and who approves',
      permission: {
        action: 'viewAccess',
        resource: onApplication,
        narrower: {
          when: ({ query: { mine } }) => mine === true,
          action: 'requestElevation',
          resource: onApplication,
        },
      },
      input: {
        query: z.object({
          /** those by which the caller may ask or approve */
          mine: z.stringbool().optional(),
        }),
      },
      output: z.object({ items: z.array(RuleShape), next: z.null() }),
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ read, params, caller, query: { mine = false } }) =>
        read(async (tx) => {
          if (!mine && (await findApplication(tx, params.app)) === undefined) {
            return refuse(errors.application_not_found, { application: params.app })
          }
          const standing = await lastingStanding(tx, deps, params.app, caller.principal)
          const items = (await listRules(tx, params.app)).map((rule) => showRule(rule, standing))
          return ok({
            items: mine ? items.filter((rule) => rule.mine.eligible || rule.mine.approver) : items,
            next: null,
          })
        }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v1/applications/:app/elevation-rules/:name',
      summary: 'Set who may ask for a role, or for what a template permits, and who approves',
      permission: { action: 'changeElevationRules', resource: onApplication },
      input: { query, body: RuleText },
      output: RuleShape,
      event: 'elevation.rule_written',
      limit: perPrincipal(600, 'minute'),
      handler: ({ work, params, query: { gives }, body, caller }) =>
        work(async (tx) => {
          const which = { application: params.app, gives, name: params.name }
          const written = await setRule(tx, deps, which, body, caller.principal)
          if (!written.ok) return written
          const standing = await lastingStanding(tx, deps, params.app, caller.principal)
          return ok(showRule(written.value, standing), written.reply)
        }),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v1/applications/:app/elevation-rules/:name',
      summary: 'Take an elevation rule away: nobody may ask any more',
      permission: { action: 'changeElevationRules', resource: onApplication },
      input: { query },
      output: z.object({ deleted: z.literal(true) }),
      event: 'elevation.rule_deleted',
      limit: perPrincipal(600, 'minute'),
      handler: ({ work, params, query: { gives } }) =>
        work((tx) => removeRule(tx, { application: params.app, gives, name: params.name })),
    }),
  ]
}
