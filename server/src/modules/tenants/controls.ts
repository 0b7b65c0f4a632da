import { sql } from 'kysely'
import { addSeconds } from '../../platform/clock.ts'
import type { Control } from '../../platform/control.ts'
import type { Transaction } from '../../platform/database/database.ts'
import type { Tables } from '../../platform/database/tables.ts'
import { erasedTables } from './erase.ts'

export const controls = (tables: Tables): readonly Control[] => [
  {
    id: 'tenants.suspended-are-quiet',
    title: 'Suspended tenants have nothing live',
    statement: 'No tenant that is suspended has a session, or an access token that is still good.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC6.2' },
      { framework: 'ISO 27001:2022', ref: 'A.5.18' },
    ],
    async check({ database, now }) {
      const { rows } = await database.asSystem((tx) =>
        sql<{ suspended: number; live: number }>`
          SELECT count(*)::int AS suspended, coalesce(sum(
            (SELECT count(*) FROM sessions s WHERE s.tenant_id = t.id AND s.ended_at IS NULL AND s.expires_at > ${now})
            + (SELECT count(*) FROM oauth_tokens o
                WHERE o.tenant_id = t.id AND o.revoked_at IS NULL AND o.expires_at > ${now})), 0)::int AS live
          FROM tenants t WHERE suspended_at IS NOT NULL AND deleted_at IS NULL`.execute(tx.kysely()),
      )
      const { suspended = 0, live = 0 } = rows[0] ?? {}
      return {
        status: live === 0 ? 'pass' : 'fail',
        evidence: `${suspended} suspended tenants, with ${live} live sessions and tokens.`,
      }
    },
  },
  {
    id: 'tenants.deleted-are-gone',
    title: 'Of deleted tenants nothing is left',
    statement: 'A tenant that was deleted an hour ago has no row in any table but its places in the log, and no key.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'C1.2' },
      { framework: 'ISO 27001:2022', ref: 'A.8.10' },
      { framework: 'GDPR', ref: 'Art. 17' },
    ],
    async check({ database, now }) {
      const { deleted, left } = await database.asSystem((tx) =>
        leftOf(tx, erasedTables(tables), addSeconds(now, -3_600)),
      )
      return {
        status: left.length === 0 ? 'pass' : 'fail',
        evidence: `${deleted} deleted tenants; tables in which something of one is left: ${left.join(', ') || 'none'}.`,
      }
    },
  },
]

async function leftOf(tx: Transaction, tables: readonly string[], before: Date) {
  const gone = sql`SELECT id FROM tenants WHERE deleted_at < ${before}`
  const { rows } = await sql<{ deleted: number }>`SELECT count(*)::int AS deleted FROM (${gone}) AS gone`.execute(
    tx.kysely(),
  )
  const deleted = rows[0]?.deleted ?? 0
  const left: string[] = []
  for (const table of deleted === 0 ? [] : [...tables, 'events', 'event_subjects']) {
    const found = await sql<{ found: boolean }>`
      SELECT EXISTS (SELECT FROM ${sql.table(table)} WHERE tenant_id IN (${gone})) AS found`.execute(tx.kysely())
    if (found.rows[0]?.found === true) left.push(table)
  }
  return { deleted, left }
}
