import { sql } from 'kysely'
import type { Control } from '../../platform/control.ts'

export const coreControls: readonly Control[] = [
  {
    id: 'oauth.families-end',
    title: 'What a sign-in gave ends with it',
    statement: 'No access token is good that came of a session which has ended, or of a grant that was revoked.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '7.4.1' },
      { framework: 'ASVS 5.0', ref: '10.4.9' },
      { framework: 'SOC 2', ref: 'CC6.1' },
    ],
    async check({ database, tenant, now }) {
      const { rows } = await database.asTenant(
        tenant,
        (tx) =>
          sql<{ live: number; wrong: number }>`
            SELECT count(*)::int AS live,
              count(*) FILTER (WHERE g.revoked_at IS NOT NULL OR s.ended_at IS NOT NULL)::int AS wrong
            FROM oauth_tokens t
            LEFT JOIN oauth_grants g ON g.id = t.grant_id
            LEFT JOIN sessions s ON s.id = t.session_id
            WHERE t.revoked_at IS NULL AND t.expires_at > ${now}`.execute(tx.kysely()),
        'read',
      )
      const { live = 0, wrong = 0 } = rows[0] ?? {}
      return {
        status: wrong === 0 ? 'pass' : 'fail',
        evidence: `${wrong} of ${live} live access tokens belong to a session or grant that is over.`,
      }
    },
  },
]
