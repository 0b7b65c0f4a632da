import { sql } from 'kysely'
import type { Control } from '../../platform/control.ts'

export const controls: readonly Control[] = [
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
          FROM tenants t WHERE suspended_at IS NOT NULL`.execute(tx.kysely()),
      )
      const { suspended = 0, live = 0 } = rows[0] ?? {}
      return {
        status: live === 0 ? 'pass' : 'fail',
        evidence: `${suspended} suspended tenants, with ${live} live sessions and tokens.`,
      }
    },
  },
]
