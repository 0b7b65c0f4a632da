import { sql } from 'kysely'
import type { Control } from '../../platform/control.ts'

export const signinControls: readonly Control[] = [
  {
    id: 'signin.sessions-of-disabled',
    title: 'Who is disabled is out',
    statement: 'Nobody who is disabled has a live session.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '7.4.2' },
      { framework: 'PCI DSS 4.0.1', ref: '8.2.5' },
      { framework: 'ISO 27001:2022', ref: 'A.5.18' },
    ],
    async check({ database, tenant, now }) {
      const { rows } = await database.asTenant(
        tenant,
        (tx) =>
          sql<{ live: number; wrong: number }>`
            SELECT count(*)::int AS live, count(*) FILTER (WHERE people.state <> 'active')::int AS wrong
            FROM sessions JOIN people ON people.id = sessions.person_id
            WHERE sessions.ended_at IS NULL AND sessions.expires_at > ${now}`.execute(tx.kysely()),
        'read',
      )
      const { live = 0, wrong = 0 } = rows[0] ?? {}
      return {
        status: wrong === 0 ? 'pass' : 'fail',
        evidence: `${wrong} of ${live} live sessions are of disabled people.`,
      }
    },
  },
  {
    id: 'signin.bootstrap-ended',
    title: 'The bootstrap token has ended',
    statement: 'The token and the link of the first set-up work no longer.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '6.3.2' },
      { framework: 'PCI DSS 4.0.1', ref: '2.2.2' },
      { framework: 'SOC 2', ref: 'CC6.1' },
    ],
    async check({ database, tenant, now }) {
      const { rows } = await database.asTenant(
        tenant,
        (tx) =>
          sql<{ completed_at: Date | null; expires_at: Date }>`
            SELECT completed_at, expires_at FROM bootstraps`.execute(tx.kysely()),
        'read',
      )
      const row = rows[0]
      if (row === undefined) return { status: 'pass', evidence: 'None was issued.' }
      if (row.completed_at !== null) {
        return { status: 'pass', evidence: `It ended with the set-up, ${row.completed_at.toISOString()}.` }
      }
      const until = row.expires_at.toISOString()
      return row.expires_at <= now
        ? { status: 'pass', evidence: `It expired ${until}.` }
        : { status: 'fail', evidence: `It works until ${until}: complete the set-up.` }
    },
  },
]
