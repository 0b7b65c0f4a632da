import { sql } from 'kysely'
import type { Database, Transaction } from '../../platform/database/database.ts'
import { asSystemIn } from '../../platform/database/elevate.ts'
import type { Tables } from '../../platform/database/tables.ts'
import type { JobHandler } from '../../platform/jobs/jobs.ts'
import type { Tx } from '../../platform/work.ts'
import { contextIn } from '../../platform/every-tenant.ts'
import type { TenantDeps } from './deps.ts'

export const eraseJob = 'tenants.erase'

/** What of a deleted tenant stays: places and commitments in the log, and who removed what. Nothing of it says anything. */
const staying: ReadonlySet<string> = new Set(['log_entries', 'log_removals'])
/** Go by way of the log, which tells it; and by the sequencer, which gives each its place before. */
const ofLog: ReadonlySet<string> = new Set(['events', 'event_subjects', 'log_queue'])
/** Events are opened by them, so that they go last. */
const last = 'data_keys'

const batch = 2_000
/** Seconds in which the sequencer places what is left. */
const soon = 1
/** Seconds after which nobody writes any more who had begun before the tenant was suspended: statements end after 30 s. */
const late = 120

/**
 * Removes every row of a deleted tenant, and looks once more later, for what somebody was still writing. May be ended at any
 * point and begun again.
 */
export function createEraseJob(deps: TenantDeps): JobHandler {
  const { database, units, clock, first } = deps
  return async ({ payload }) => {
    const tenant = String(payload['tenant'])
    let removed = 0
    const events = await eraseEvents(deps, tenant)
    if (events.left) return { again: soon }
    for (const table of await inOrder(database, deps.tables)) {
      for (let went = batch; went === batch; removed += went) {
        went = await database.asSystem((tx) => eraseRows(tx, tenant, table))
      }
    }
    const erased = await units.work(contextIn(first), (tx) => tellErased(tx, tenant, clock.now(), removed))
    return erased || removed > 0 ? { again: late } : {}
  }
}

/** @returns whether there are events that have no place yet */
async function eraseEvents(deps: TenantDeps, tenant: string): Promise<{ readonly left: boolean }> {
  const { database, units, clock, first, removeEvents } = deps
  for (;;) {
    const went = await units.work(contextIn(first), (tx) => removeEvents(tx, tenant, batch, clock.now()))
    if (went === 0) break
  }
  const { rows } = await database.asSystem((tx) =>
    sql<{
      unplaced: boolean
    }>`SELECT EXISTS (SELECT FROM events WHERE tenant_id = ${tenant}::uuid) AS unplaced`.execute(tx.kysely()),
  )
  return { left: rows[0]?.unplaced === true }
}

async function eraseRows(tx: Pick<Transaction, 'kysely'>, tenant: string, table: string): Promise<number> {
  const { rows } = await sql<{ went: number }>`
    SELECT erase_tenant_rows(${tenant}::uuid, ${table}::regclass, ${batch}) AS went`.execute(tx.kysely())
  return rows[0]?.went ?? 0
}

/** Once. @returns whether it was told now */
async function tellErased(tx: Tx, tenant: string, now: Date, rows: number): Promise<boolean> {
  const { numAffectedRows } = await asSystemIn(tx, () =>
    sql`UPDATE tenants SET erased_at = ${now} WHERE id = ${tenant}::uuid AND erased_at IS NULL`.execute(tx.kysely()),
  )
  if (numAffectedRows === 0n) return false
  await tx.record({ kind: 'tenant.erased', resource: { type: 'Tenant', id: tenant }, data: { rows } })
  return true
}

/** Every table with rows of tenants; whoever points at another comes before it. */
async function inOrder(database: Pick<Database, 'asSystem'>, tables: Tables): Promise<readonly string[]> {
  const own = erasedTables(tables)
  const { rows } = await database.asSystem((tx) =>
    sql<{ from: string; to: string }>`
      SELECT DISTINCT c.conrelid::regclass::text AS from, c.confrelid::regclass::text AS to
      FROM pg_constraint c WHERE c.contype = 'f' AND c.conrelid <> c.confrelid`.execute(tx.kysely()),
  )
  const ordered: string[] = []
  const waiting = new Set(own)
  while (waiting.size > 0) {
    const free = [...waiting].filter(
      (table) => !rows.some(({ from, to }) => to === table && from !== table && waiting.has(from)),
    )
    if (free.length === 0) throw new Error(`these tables point at each other: ${[...waiting].join(', ')}`)
    for (const table of free) {
      waiting.delete(table)
      ordered.push(table)
    }
  }
  return [...ordered.filter((table) => table !== last), last]
}

/** Of the declared tables those whose rows of a deleted tenant go one by one. */
export function erasedTables(tables: Tables): readonly string[] {
  return Object.entries(tables)
    .filter(([name, { columns }]) => 'tenant_id' in columns && !staying.has(name) && !ofLog.has(name))
    .map(([name]) => name)
}
