import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Problem, Report } from './report.ts'

type Db = Pick<Transaction, 'kysely'>

export interface CheckRow {
  readonly id: string
  readonly state: 'waiting' | 'running' | 'failed' | 'done'
  readonly startedAt: Date
  readonly finishedAt: Date | null
  readonly size: number | null
  readonly checked: number
  readonly rootHash: string | null
  readonly problems: readonly Problem[]
  readonly found: number
}

export async function insertCheck(tx: Db, id: string, now: Date): Promise<void> {
  await sql`INSERT INTO log_checks (id, started_at) VALUES (${id}::uuid, ${now})`.execute(tx.kysely())
}

export async function moveCheck(tx: Db, id: string, checked: number, { problems, found }: Report): Promise<void> {
  await sql`
    UPDATE log_checks SET state = 'running', checked = ${checked}, problems = ${JSON.stringify(problems)}::jsonb,
      found = ${found}
    WHERE id = ${id}::uuid AND state <> 'done'`.execute(tx.kysely())
}

/** It broke; the job tries it again from the beginning. */
export async function failCheck(tx: Db, id: string): Promise<void> {
  await sql`UPDATE log_checks SET state = 'failed' WHERE id = ${id}::uuid AND state <> 'done'`.execute(tx.kysely())
}

export async function endCheck(
  tx: Db,
  id: string,
  { size, root, now, report }: { size: number; root: Buffer; now: Date; report: Report },
): Promise<void> {
  await sql`
    UPDATE log_checks SET state = 'done', finished_at = ${now}, size = ${size}, checked = ${size}, root_hash = ${root},
      problems = ${JSON.stringify(report.problems)}::jsonb, found = ${report.found}
    WHERE id = ${id}::uuid AND state <> 'done'`.execute(tx.kysely())
}

interface Row {
  readonly id: string
  readonly state: CheckRow['state']
  readonly started_at: Date
  readonly finished_at: Date | null
  readonly size: string | null
  readonly checked: string
  readonly root_hash: Buffer | null
  readonly problems: readonly Problem[]
  readonly found: number
}

/** @param id undefined: of the newest one that is done */
export async function readCheck(tx: Db, id: string | undefined): Promise<CheckRow | undefined> {
  const which = id === undefined ? sql`state = 'done'` : sql`id = ${id}::uuid`
  const { rows } = await sql<Row>`
    SELECT id, state, started_at, finished_at, size, checked, root_hash, problems, found FROM log_checks
    WHERE ${which} ORDER BY started_at DESC LIMIT 1`.execute(tx.kysely())
  const [row] = rows
  if (row === undefined) return undefined
  return {
    id: row.id,
    state: row.state,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    size: row.size === null ? null : Number(row.size),
    checked: Number(row.checked),
    rootHash: row.root_hash?.toString('hex') ?? null,
    problems: row.problems,
    found: row.found,
  }
}
