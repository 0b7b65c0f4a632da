import { z } from 'zod'
import type { Transaction } from '../../../platform/database/database.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { uuid } from '../../../platform/uuid.ts'
import { errors } from '../errors.ts'
import { findApplication } from '../store.ts'
import { correctGrant, endGrant } from './change.ts'
import { grantErrors } from './errors.ts'
import { giveGrant, type GrantTools, reasonRow } from './give.ts'
import { GrantCorrection, GrantEnd, GrantShape, GrantsQuery, NewGrantShape, showGrant } from './shapes.ts'
import { grantVersions, type GrantRow, listGrants } from './store.ts'

const onApplication = ({ params }: { params: { app: string } }) => ({ type: 'Application', id: params.app })

export function grantRoutes(tools: GrantTools): Route[] {
  async function show(tx: Transaction | Tx, rows: readonly GrantRow[]) {
    const now = tools.clock.now()
    const reasons = await tools.reasons.openAll(
      tx,
      rows.map((row) => ({ row: reasonRow(row), sealed: row.reason })),
    )
    return rows.map((row, place) => showGrant(row, reasons[place] ?? null, now))
  }

  async function showOne(tx: Tx, written: Outcome<GrantRow>): Promise<Outcome<z.input<typeof GrantShape>>> {
    if (!written.ok) return written
    const [shown] = await show(tx, [written.value])
    if (shown === undefined) throw new Error('one row is shown as none')
    return ok(shown, written.reply)
  }

  return [
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/grants',
      summary: 'List who was given what, now or as it was',
      permission: { action: 'viewAccess', resource: onApplication },
      input: { query: GrantsQuery },
      output: z.object({ items: z.array(GrantShape), next: z.string().nullable() }),
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ read, params, query: { cursor, limit, ...filter } }) =>
        read(async (tx) => {
          if ((await findApplication(tx, params.app)) === undefined) {
            return refuse(errors.application_not_found, { application: params.app })
          }
          const rows = await listGrants(tx, params.app, { ...filter, after: cursor, limit: limit + 1 })
          const items = await show(tx, rows.slice(0, limit))
          return ok({ items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null })
        }),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/grants',
      summary: 'Give somebody a role, or what a template permits',
      permission: { action: 'grantAccess', resource: onApplication },
      input: { body: NewGrantShape },
      output: GrantShape,
      event: 'grant.created',
      limit: perPrincipal(600, 'minute'),
      handler: ({ work, params, body }) =>
        work(async (tx) => showOne(tx, await giveGrant(tx, tools, params.app, body))),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v1/applications/:app/grants/:id',
      summary: 'Read a grant with all that was ever said of it',
      permission: { action: 'viewAccess', resource: onApplication },
      output: z.object({ versions: z.array(GrantShape) }),
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ read, params }) =>
        read(async (tx) => {
          const rows = uuid.test(params.id) ? await grantVersions(tx, params.app, params.id) : []
          if (rows.length === 0) {
            return refuse(grantErrors.grant_not_found, { application: params.app, grant: params.id })
          }
          return ok({ versions: await show(tx, rows) })
        }),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/v1/applications/:app/grants/:id',
      summary: 'Correct the time for which a grant holds, or held',
      permission: { action: 'grantAccess', resource: onApplication },
      input: { body: GrantCorrection },
      output: GrantShape,
      event: 'grant.changed',
      limit: perPrincipal(600, 'minute'),
      handler: ({ work, params, body }) =>
        work(async (tx) => showOne(tx, await correctGrant(tx, tools, params.app, params.id, body))),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/applications/:app/grants/:id/end',
      summary: 'End a grant, now or at a time',
      permission: { action: 'grantAccess', resource: onApplication },
      input: { body: GrantEnd },
      output: GrantShape,
      event: 'grant.ended',
      limit: perPrincipal(600, 'minute'),
      handler: ({ work, params, body }) =>
        work(async (tx) => showOne(tx, await endGrant(tx, tools, params.app, params.id, body))),
    }),
  ]
}
