import { sql } from 'kysely'
import type { Control } from '../../../platform/control.ts'
import { verificationHours } from './email.ts'

export const recoveryControls: readonly Control[] = [
  {
    id: 'signin.mailed-links',
    title: 'Mailed links are short-lived and work once',
    statement: `No mailed link that still works is older than ${verificationHours} hours, and no link to recover an account than 30 minutes.`,
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '6.4.1' },
      { framework: 'PCI DSS 4.0.1', ref: '8.3.5' },
    ],
    async check({ database, tenant, now }) {
      const { rows } = await database.asTenant(
        tenant,
        (tx) =>
          sql<{ live: number; long: number }>`
            SELECT count(*)::int AS live, count(*) FILTER (
              WHERE expires_at - created_at > CASE WHEN kind = 'recovery' THEN interval '30 minutes'
                ELSE make_interval(hours => ${verificationHours}) END)::int AS long
            FROM mailed_links WHERE consumed_at IS NULL AND expires_at > ${now}`.execute(tx.kysely()),
        'read',
      )
      const { live = 0, long = 0 } = rows[0] ?? {}
      return { status: long === 0 ? 'pass' : 'fail', evidence: `${long} of ${live} links that work hold for too long.` }
    },
  },
]
