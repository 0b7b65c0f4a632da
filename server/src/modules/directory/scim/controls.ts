import { sql } from 'kysely'
import type { Control } from '../../../platform/control.ts'

export const scimControls: readonly Control[] = [
  {
    id: 'directory.deprovisioned',
    title: 'Who left may not sign in',
    statement: 'Everybody whom a provisioning service has deactivated is disabled here.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC6.3' },
      { framework: 'PCI DSS 4.0.1', ref: '8.2.5' },
      { framework: 'ISO 27001:2022', ref: 'A.5.18' },
    ],
    async check({ database, tenant }) {
      const { rows } = await database.asTenant(
        tenant,
        (tx) =>
          sql<{ kept: number; gone: number; open: number }>`
            SELECT count(*)::int AS kept, count(*) FILTER (WHERE NOT u.active)::int AS gone,
              count(*) FILTER (WHERE NOT u.active AND p.state = 'active')::int AS open
            FROM scim_users u JOIN people p ON p.tenant_id = u.tenant_id AND p.id = u.person_id`.execute(tx.kysely()),
        'read',
      )
      const { kept = 0, gone = 0, open = 0 } = rows[0] ?? {}
      const evidence = `Of ${kept} people who came by SCIM ${gone} are deactivated, and ${open} of those could still sign in.`
      return { status: open === 0 ? 'pass' : 'fail', evidence }
    },
  },
]
