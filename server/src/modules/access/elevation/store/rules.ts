import { sql } from 'kysely'
import type { Transaction } from '../../../../platform/database/database.ts'
import type { Uid } from '../../../../platform/ports.ts'
import type { Gives } from '../shapes.ts'

type Db = Pick<Transaction, 'kysely'>

export interface RuleRow {
  readonly gives: Gives
  readonly name: string
  readonly eligible: readonly Uid[]
  readonly needs_approval: boolean
  readonly approvers: readonly Uid[]
  readonly maximum_seconds: number
  readonly wait_seconds: number
  readonly glass_seconds: number | null
  readonly glass_per_day: number | null
  readonly version: number
  readonly updated_at: Date
  readonly updated_by_type: string | null
  readonly updated_by_id: string | null
}

const columns = sql`gives, name, eligible, needs_approval, approvers, maximum_seconds, wait_seconds, glass_seconds,
  glass_per_day, version, updated_at, updated_by_type, updated_by_id`

export async function listRules(tx: Db, application: string): Promise<RuleRow[]> {
  const { rows } = await sql<RuleRow>`
    SELECT ${columns} FROM elevation_rules WHERE application_id = ${application} ORDER BY gives, name`.execute(
    tx.kysely(),
  )
  return rows
}

export async function findRule(tx: Db, application: string, gives: Gives, name: string): Promise<RuleRow | undefined> {
  const { rows } = await sql<RuleRow>`
    SELECT ${columns} FROM elevation_rules
    WHERE application_id = ${application} AND gives = ${gives} AND name = ${name}`.execute(tx.kysely())
  return rows[0]
}

export interface RuleWrite extends Omit<RuleRow, 'version' | 'updated_at' | 'updated_by_type' | 'updated_by_id'> {
  readonly application: string
  readonly by: Uid
  readonly at: Date
}

export async function writeRule(tx: Db, rule: RuleWrite): Promise<RuleRow> {
  const { rows } = await sql<RuleRow>`
    INSERT INTO elevation_rules AS r (tenant_id, application_id, gives, name, eligible, needs_approval, approvers, maximum_seconds,
      wait_seconds, glass_seconds, glass_per_day, version, updated_at, updated_by_type, updated_by_id)
    VALUES (current_tenant(), ${rule.application}, ${rule.gives}, ${rule.name}, ${JSON.stringify(rule.eligible)}::jsonb,
      ${rule.needs_approval}, ${JSON.stringify(rule.approvers)}::jsonb, ${rule.maximum_seconds}, ${rule.wait_seconds},
      ${rule.glass_seconds}, ${rule.glass_per_day}, 1, ${rule.at}, ${rule.by.type}, ${rule.by.id})
    ON CONFLICT (tenant_id, application_id, gives, name) DO UPDATE SET
      eligible = excluded.eligible, needs_approval = excluded.needs_approval, approvers = excluded.approvers,
      maximum_seconds = excluded.maximum_seconds, wait_seconds = excluded.wait_seconds,
      glass_seconds = excluded.glass_seconds, glass_per_day = excluded.glass_per_day, version = r.version + 1,
      updated_at = excluded.updated_at, updated_by_type = excluded.updated_by_type, updated_by_id = excluded.updated_by_id
    RETURNING ${columns}`.execute(tx.kysely())
  const [row] = rows
  if (row === undefined) throw new Error('a rule was written and is not there')
  return row
}

/** @returns false when there was none */
export async function deleteRule(tx: Db, application: string, gives: Gives, name: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    DELETE FROM elevation_rules WHERE application_id = ${application} AND gives = ${gives} AND name = ${name}`.execute(
    tx.kysely(),
  )
  return numAffectedRows === 1n
}

/**
 * Whoever is gone is named by no rule any more: another group of that name would be. A rule that needed their approval still
 * needs one, and gets none until it names somebody else.
 */
export async function forgetPrincipal(tx: Db, { type, id }: Uid): Promise<void> {
  const named = JSON.stringify([{ type, id }])
  const without = (list: 'eligible' | 'approvers') =>
    sql`(SELECT coalesce(jsonb_agg(one), '[]') FROM jsonb_array_elements(${sql.ref(list)}) AS one
      WHERE NOT (one ->> 'type' = ${type} AND one ->> 'id' = ${id}))`
  await sql`
    UPDATE elevation_rules SET eligible = ${without('eligible')}, approvers = ${without('approvers')}, version = version + 1
    WHERE eligible @> ${named}::jsonb OR approvers @> ${named}::jsonb`.execute(tx.kysely())
}
