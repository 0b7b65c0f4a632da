import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import { begin } from '../begin.ts'
import { errors } from '../errors.ts'
import { listRoles } from '../roles/store.ts'
import { findPolicy } from '../store.ts'
import type { ElevationDeps } from './deps.ts'
import { elevationErrors } from './errors.ts'
import type { Gives, RuleText } from './shapes.ts'
import { deleteRule, findRule, type RuleRow, writeRule } from './store/rules.ts'

interface Which {
  readonly application: string
  readonly gives: Gives
  readonly name: string
}

/**
 * Sets who may ask for a role, or for what a template permits, and who approves.
 * @returns the rule; `application_not_found`, `elevation_rule_invalid`, `elevation_rule_conflict`
 */
export async function setRule(
  tx: Tx,
  { tools }: Pick<ElevationDeps, 'tools'>,
  { application, gives, name }: Which,
  text: RuleText,
  by: Uid,
): Promise<Outcome<RuleRow>> {
  const { row } = await begin(tx, application)
  if (row === undefined) return refuse(errors.application_not_found, { application })
  const before = await findRule(tx, application, gives, name)
  const { expectedVersion: expected } = text
  if (expected !== undefined && expected !== (before?.version ?? 0)) {
    return refuse(elevationErrors.elevation_rule_conflict, { current: before?.version ?? 0, expected })
  }
  const invalid = (problem: string) => refuse(elevationErrors.elevation_rule_invalid, { problem })
  const roles = new Set((await listRoles(tx, application)).map(({ id }) => id))
  if (gives === 'role' && !roles.has(name)) return invalid(`There is no role ${name}`)
  if (gives === 'template') {
    if ((await findPolicy(tx, application, name))?.kind !== 'template') return invalid(`There is no template ${name}`)
    if (text.approvers === null) return invalid('A template needs an approval: whoever asks names the resource')
    if (text.breakGlass !== null) return invalid('There is no break-glass for a template')
  }
  for (const uid of [...text.eligible, ...(text.approvers ?? [])]) {
    const known = uid.type === 'Role' ? roles.has(uid.id) : await tools.knows(tx, uid)
    if (!known) return invalid(`There is no ${uid.type} ${uid.id}`)
  }
  const { eligible, approvers, maximumSeconds, waitSeconds, breakGlass } = text
  const rule = await writeRule(tx, {
    application,
    gives,
    name,
    eligible,
    needs_approval: approvers !== null,
    approvers: approvers ?? [],
    maximum_seconds: maximumSeconds,
    wait_seconds: waitSeconds,
    glass_seconds: breakGlass?.maximumSeconds ?? null,
    glass_per_day: breakGlass?.perDay ?? null,
    by,
    at: tools.clock.now(),
  })
  await tx.record({
    kind: 'elevation.rule_written',
    resource: { type: 'ElevationRule', id: `${gives} ${name}` },
    application,
    data: { eligible, approvers, maximumSeconds, waitSeconds, breakGlass, version: rule.version },
  })
  return ok(rule, before === undefined ? { status: 201 } : {})
}

/** What was given stays until its time; what is pending can be approved no more. @returns `elevation_rule_not_found` */
export async function removeRule(tx: Tx, { application, gives, name }: Which): Promise<Outcome<{ deleted: true }>> {
  await begin(tx, application)
  if (!(await deleteRule(tx, application, gives, name))) {
    return refuse(elevationErrors.elevation_rule_not_found, { application, gives, name })
  }
  const resource = { type: 'ElevationRule', id: `${gives} ${name}` }
  await tx.record({ kind: 'elevation.rule_deleted', resource, application })
  return ok({ deleted: true })
}
