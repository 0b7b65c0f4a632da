import { type Outcome, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { begin } from '../begin.ts'
import { endGrant } from '../grants/change.ts'
import { type Answering, approverRule, lockRequest, reread } from './answer.ts'
import { type ElevationDeps, said, toldOf } from './deps.ts'
import { elevationErrors } from './errors.ts'
import type { ElevationRow } from './store/elevations.ts'

/**
 * Ends what was given before its time: the person gives it back, or an approver takes it.
 * @returns the request; `elevation_not_found`, `elevation_not_approver`, `elevation_not_active`
 */
export async function endElevation(tx: Tx, deps: ElevationDeps, answering: Answering): Promise<Outcome<ElevationRow>> {
  const { application, by, note } = answering
  await begin(tx, application)
  const found = await lockRequest(tx, deps, answering)
  if (!found.ok) return found
  const row = found.value
  if (row.person_id !== by) {
    const rule = await approverRule(tx, deps, row, by)
    if (!rule.ok) return rule
  }
  if (row.state !== 'approved' || row.grant_id === null) {
    return refuse(elevationErrors.elevation_not_active, { state: row.state })
  }
  const ended = await endGrant(tx, deps.tools, application, row.grant_id, { reason: `elevation ${row.id}` })
  if (!ended.ok) return ended
  const { resource, data } = toldOf(row)
  await tx.record({
    kind: 'elevation.ended',
    resource,
    application,
    data: { ...data, grant: row.grant_id, ...(note !== undefined && { why: said(by, note) }) },
  })
  return reread(tx, deps, row)
}
