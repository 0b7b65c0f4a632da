import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx } from '../../../platform/work.ts'
import { begin } from '../begin.ts'
import { type Answering, approverRule, lockRequest, reread } from './answer.ts'
import { type ElevationDeps, personUid, said, subjectOf, toldOf } from './deps.ts'
import { elevationErrors } from './errors.ts'
import { give } from './give.ts'
import { isAmong, lastingStanding } from './standing.ts'
import { countGlass, type ElevationRow, findElevation, insertElevation, reviewElevation } from './store/elevations.ts'
import { findRule } from './store/rules.ts'

const day = 86_400

export interface Emergency {
  readonly role: string
  readonly reason: string
  readonly seconds?: number | undefined
}

/**
 * Gives an eligible person a role at once, without anybody's approval. The event is critical and commits with the grant; whoever
 * cannot be told of it gets nothing.
 * @returns what was given; `elevation_not_eligible`, `elevation_too_long`, `elevation_glass_limit`, `grant_exists`
 */
export async function breakGlass(
  tx: Tx,
  deps: ElevationDeps,
  application: string,
  person: string,
  { role, reason, seconds: wanted }: Emergency,
): Promise<Outcome<ElevationRow>> {
  // One after the other: the limit holds exactly.
  await begin(tx, application)
  const rule = await findRule(tx, application, 'role', role)
  const standing = await lastingStanding(tx, deps, application, personUid(person))
  if (
    rule === undefined ||
    rule.glass_seconds === null ||
    rule.glass_per_day === null ||
    !isAmong(standing, rule.eligible)
  ) {
    return refuse(elevationErrors.elevation_not_eligible)
  }
  const most = rule.glass_seconds
  const seconds = wanted ?? most
  if (seconds > most) return refuse(elevationErrors.elevation_too_long, { asked: seconds, most })
  const now = deps.tools.clock.now()
  const times = await countGlass(tx, { application, name: role, person, since: addSeconds(now, -day) })
  if (times >= rule.glass_per_day) return refuse(elevationErrors.elevation_glass_limit, { times })

  const id = deps.tools.random.id()
  const thing = { application, person, gives: 'role', name: role, resource: null } as const
  const grant = await give(tx, deps.tools, { ...thing, id, seconds, now, from: now, source: 'break_glass' })
  if (!grant.ok) return grant
  await insertElevation(tx, {
    ...thing,
    id,
    kind: 'break_glass',
    reason: await deps.texts.reason.close(tx, id, reason, subjectOf(person)),
    seconds,
    needsApproval: false,
    at: now,
    expiresAt: now,
    grant: grant.value.id,
  })
  const row = await findElevation(tx, { application, id, now })
  if (row === undefined) throw new Error('the glass was broken, and that is not written down')
  const { resource, data } = toldOf(row)
  const validTo = grant.value.valid_to?.toISOString() ?? null
  await tx.record({
    kind: 'access.glass_broken',
    resource,
    application,
    data: { ...data, grant: grant.value.id, validTo, why: said(person, reason) },
  })
  return ok(row, { status: 201 })
}

export interface Reviewing extends Answering {
  readonly finding: 'justified' | 'unjustified'
  readonly note: string
  /** whether the policies let them review whatever the rule says */
  readonly permitted: boolean
}

/**
 * Says what somebody else makes of it that the glass was broken. Once.
 * @returns what was reviewed; `elevation_not_found`, `elevation_own`, `elevation_not_approver`, `elevation_no_review`
 */
export async function review(tx: Tx, deps: ElevationDeps, reviewing: Reviewing): Promise<Outcome<ElevationRow>> {
  const { application, id, by, finding, note, permitted } = reviewing
  const found = await lockRequest(tx, deps, reviewing)
  if (!found.ok) return found
  const row = found.value
  if (row.person_id === by) return refuse(elevationErrors.elevation_own)
  if (!permitted) {
    const rule = await approverRule(tx, deps, row, by)
    if (!rule.ok) return rule
  }
  const sealed = await deps.texts.review.close(tx, id, note, subjectOf(by))
  const won = await reviewElevation(tx, { id, at: deps.tools.clock.now(), by, finding, note: sealed })
  if (!won) return refuse(elevationErrors.elevation_no_review)
  const { resource, data } = toldOf(row)
  await tx.record({
    kind: 'access.glass_reviewed',
    resource,
    application,
    data: { ...data, finding, why: said(by, note) },
  })
  return reread(tx, deps, row)
}
