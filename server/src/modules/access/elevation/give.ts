import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { giveGrant, type GrantTools } from '../grants/give.ts'
import type { GrantRow } from '../grants/store.ts'
import { personUid } from './deps.ts'
import { elevationErrors } from './errors.ts'
import { heldUntil, type Thing } from './store/elevations.ts'

interface Time {
  readonly now: Date
  /** from now on */
  readonly seconds: number
}

/**
 * From when on something is to be given: from now on, or from the end of what was given before, where that lasts into the time.
 * @returns `elevation_active` when it lasts longer than that already
 */
export async function notBefore(tx: Tx, thing: Thing, { now, seconds }: Time): Promise<Outcome<Date>> {
  const until = await heldUntil(tx, thing, now)
  if (until === undefined) return ok(now)
  if (until >= addSeconds(now, seconds)) {
    return refuse(elevationErrors.elevation_active, { until: until.toISOString() })
  }
  return ok(until)
}

export interface Given extends Thing, Time {
  /** of the request */
  readonly id: string
  readonly from: Date
  readonly source?: 'elevation' | 'break_glass'
}

/** Gives what was asked for. The grant names the request, and what the person wrote stays there. */
export function give(tx: Tx, tools: GrantTools, given: Given): Promise<Outcome<GrantRow>> {
  const { application, person, gives, name, resource, id, now, seconds, from, source = 'elevation' } = given
  return giveGrant(tx, tools, application, {
    principal: personUid(person),
    ...(gives === 'role' ? { role: name } : { template: name, resource }),
    validFrom: from,
    validTo: addSeconds(now, seconds),
    reason: `elevation ${id}`,
    source,
    sourceId: id,
  })
}
