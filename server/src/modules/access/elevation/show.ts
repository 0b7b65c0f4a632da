import type { z } from 'zod'
import type { Db, ElevationDeps } from './deps.ts'
import { personUid } from './deps.ts'
import type { ElevationShape, RuleShape } from './shapes.ts'
import { isAmong } from './standing.ts'
import type { ElevationRow } from './store/elevations.ts'
import type { RuleRow } from './store/rules.ts'

export function showRule(rule: RuleRow, standing: ReadonlySet<string>): z.input<typeof RuleShape> {
  const { glass_seconds: glass, glass_per_day: perDay, updated_by_type: type, updated_by_id: by } = rule
  return {
    gives: rule.gives,
    name: rule.name,
    eligible: [...rule.eligible],
    approvers: rule.needs_approval ? [...rule.approvers] : null,
    maximumSeconds: rule.maximum_seconds,
    waitSeconds: rule.wait_seconds,
    breakGlass: glass === null || perDay === null ? null : { maximumSeconds: glass, perDay },
    version: rule.version,
    updatedAt: rule.updated_at.toISOString(),
    updatedBy: type === null || by === null ? null : { type, id: by },
    mine: { eligible: isAmong(standing, rule.eligible), approver: isAmong(standing, rule.approvers) },
  }
}

/** With the names of people and what they wrote, opened. */
export async function showElevations(
  tx: Db,
  { texts, namesOf }: Pick<ElevationDeps, 'texts' | 'namesOf'>,
  rows: readonly ElevationRow[],
): Promise<z.input<typeof ElevationShape>[]> {
  const people = rows.flatMap((row) => [row.person_id, row.decided_by, row.reviewed_by]).filter((id) => id !== null)
  const names = await namesOf(tx, [...new Set(people)].map(personUid))
  const open = async (column: keyof typeof texts, of: (row: ElevationRow) => Buffer | null) => {
    const items = rows.flatMap((row) => {
      const sealed = of(row)
      return sealed === null ? [] : [{ row: row.id, sealed }]
    })
    const opened = await texts[column].openAll(tx, items)
    return new Map(items.map(({ row }, place) => [row, opened[place] ?? null]))
  }
  const reasons = await open('reason', (row) => row.reason)
  const notes = await open('note', (row) => row.note)
  const reviews = await open('review', (row) => row.review_note)
  const somebody = (id: string) => ({ type: 'Person', id, name: names.get(id) ?? null }) as const
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    application: row.application_id,
    role: row.gives === 'role' ? row.name : null,
    template: row.gives === 'template' ? row.name : null,
    resource:
      row.resource_type === null || row.resource_id === null ? null : { type: row.resource_type, id: row.resource_id },
    person: somebody(row.person_id),
    reason: reasons.get(row.id) ?? null,
    seconds: row.seconds,
    needsApproval: row.needs_approval,
    state: row.state,
    requestedAt: row.requested_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBy: row.decided_by === null ? null : somebody(row.decided_by),
    note: notes.get(row.id) ?? null,
    grant:
      row.grant_id === null || row.valid_from === null
        ? null
        : {
            id: row.grant_id,
            validFrom: row.valid_from.toISOString(),
            validTo: row.valid_to?.toISOString() ?? null,
          },
    review:
      row.reviewed_at === null || row.reviewed_by === null || row.finding === null
        ? null
        : {
            at: row.reviewed_at.toISOString(),
            by: somebody(row.reviewed_by),
            finding: row.finding,
            note: reviews.get(row.id) ?? null,
          },
  }))
}
