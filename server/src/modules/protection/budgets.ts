import type { BudgetResponse } from '@holdfast/bundle'
import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../../platform/database/database.ts'

type Db = Pick<Transaction, 'kysely'>

export interface Budget {
  readonly units: number
  readonly seconds: number
  /** Units that may be taken at once. */
  readonly burst: number
  /** What one request takes: fewer are not lent. */
  readonly cost: number
}

/** Whose budget it is, for whoever looks how full they are. */
export interface BudgetOwner {
  readonly application: string
  readonly rule: string
}

/** For which lent units may be used: what they are late by is the slack of the budget. */
const longestMs = 10_000
const shortestMs = 1_000

/**
 * Lends units of a budget to a gateway: the generic cell rate algorithm in one statement, under the lock of the budget's row and by the
 * clock of the database alone. However many gateways ask, in no window are more lent than the burst and what the window adds. Lent units
 * may be used `forMs` later, so that is by how much more may pass in a window.
 * @param key keyed hash of rule and client
 * @returns as many as there are up to `wanted`; none when they are fewer than one request costs
 */
export async function lend(
  tx: Db,
  { application, rule }: BudgetOwner,
  key: Buffer,
  budget: Budget,
  wanted: number,
): Promise<BudgetResponse> {
  const interval = (budget.seconds * 1000) / budget.units
  const tolerance = interval * budget.burst
  const first = Math.min(wanted, budget.burst)
  const ahead = sql`greatest(b.empty_ms - EXCLUDED.asked_ms, 0)`
  const fit = sql`least(${wanted}::float8, floor((${tolerance}::float8 - ${ahead}) / ${interval}::float8 + 1e-6))`
  const given: RawBuilder<number> = sql`(CASE WHEN ${fit} < ${budget.cost}::float8 THEN 0 ELSE ${fit} END)`
  const { rows } = await sql<{ empty_ms: number; granted: number; asked_ms: number }>`
    INSERT INTO rate_budgets AS b (tenant_id, key, empty_ms, granted, asked_ms, application_id, rule)
    SELECT current_tenant(), ${key}, now_ms + ${first * interval}::float8, ${first}::int, now_ms, ${application}, ${rule}
    FROM (SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms) clock
    ON CONFLICT (tenant_id, key) DO UPDATE SET
      empty_ms = EXCLUDED.asked_ms + ${ahead} + ${given} * ${interval}::float8, granted = ${given}, asked_ms = EXCLUDED.asked_ms
    RETURNING empty_ms, granted, asked_ms`.execute(tx.kysely())
  const [row] = rows
  if (row === undefined) throw new Error('a budget was neither made nor found')
  const before = row.empty_ms - row.asked_ms
  const waitMs = row.granted > 0 ? 0 : Math.max(1, before + interval * budget.cost - tolerance)
  return {
    units: row.granted,
    forMs: Math.min(longestMs, Math.max(shortestMs, tolerance / 8)),
    waitMs,
    left: Math.max(0, Math.floor((tolerance - before) / interval + 1e-6)),
    fullInMs: Math.max(0, before),
  }
}

/** How full the budgets of one rule are, of all clients that have one. */
export interface BudgetUse {
  readonly rule: string
  readonly clients: number
  /** Of them those from whom the next request would be refused. */
  readonly atLimit: number
  /** Share of the fullest that is used up, 0 to 1. */
  readonly fullest: number
}

/** @param budgets by rule; those that nobody counts against are answered, too */
export async function budgetUse(
  tx: Db,
  application: string,
  budgets: ReadonlyMap<string, Budget>,
): Promise<readonly BudgetUse[]> {
  const asked = [...budgets].map(([rule, { units, seconds, burst, cost }]) => {
    const interval = (seconds * 1000) / units
    return { rule, tolerance: interval * burst, room: interval * (burst - cost) }
  })
  const { rows } = await sql<BudgetUse>`
    SELECT asked.rule, count(b.key)::int AS clients,
      (count(b.key) FILTER (WHERE b.empty_ms - now_ms > asked.room + 0.001))::int AS "atLimit",
      least(1, coalesce(max((b.empty_ms - now_ms) / asked.tolerance), 0)) AS fullest
    FROM (SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms) clock,
      jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS asked(rule text, tolerance float8, room float8)
      LEFT JOIN rate_budgets b ON b.tenant_id = current_tenant() AND b.application_id = ${application}
        AND b.rule = asked.rule AND b.empty_ms > extract(epoch FROM now())::float8 * 1000
    GROUP BY asked.rule ORDER BY asked.rule`.execute(tx.kysely())
  return rows
}

/** An empty bucket is like none. */
export async function forgetIdle(tx: Db): Promise<void> {
  await sql`DELETE FROM rate_budgets WHERE empty_ms < extract(epoch FROM clock_timestamp())::float8 * 1000`.execute(
    tx.kysely(),
  )
}
