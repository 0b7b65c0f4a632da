import { sql } from 'kysely'
import type { Control } from '../../../platform/control.ts'

export const federationControls: readonly Control[] = [
  {
    id: 'signin.connections-bounded',
    title: 'Upstream providers bring only their own',
    statement:
      'Every connection that gives accounts to strangers, or whose addresses are believed, names the domains that it may bring, and leads to an https address.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '6.8.1' },
      { framework: 'ASVS 5.0', ref: '10.5.3' },
      { framework: 'SOC 2', ref: 'CC6.1' },
    ],
    async check({ database, tenant }) {
      const { rows } = await database.asTenant(
        tenant,
        (tx) =>
          sql<{ id: string; open: boolean; clear: boolean }>`
            SELECT id, (settings->>'signUp')::boolean AND jsonb_array_length(settings->'domains') = 0 AS open,
              issuer NOT LIKE 'https://%' AS clear
            FROM connections WHERE enabled ORDER BY id`.execute(tx.kysely()),
        'read',
      )
      const bad = [
        ...rows.filter(({ open }) => open).map(({ id }) => `${id} lets anybody sign up`),
        ...rows.filter(({ clear }) => clear).map(({ id }) => `${id} is not https`),
      ]
      return bad.length > 0
        ? { status: 'fail', evidence: `${bad.slice(0, 10).join('; ')}.` }
        : { status: 'pass', evidence: `${rows.length} connections are enabled; each is bounded.` }
    },
  },
]
