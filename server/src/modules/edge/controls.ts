import type { Control } from '../../platform/control.ts'
import { sql } from 'kysely'

export const controls: readonly Control[] = [
  {
    id: 'edge.signing-key-sealed',
    title: 'The signing key is sealed at rest',
    statement:
      'The private key that signs rules for gateways and SDKs is stored encrypted, under a key that the database does not hold.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC6.1' },
      { framework: 'PCI DSS 4.0.1', ref: '3.6.1' },
      { framework: 'ASVS 5.0', ref: '13.3.1' },
    ],
    check: ({ database }) =>
      database.asSystem(async (tx) => {
        // A PKCS#8 Ed25519 key begins with this ASN.1 header when it lies open.
        const { rows } = await sql<{ open: string; total: string }>`
          SELECT count(*) FILTER (WHERE position('\\x302e020100300506032b6570'::bytea IN sealed_private) > 0) AS open, count(*) AS total
          FROM signing_keys`.execute(tx.kysely())
        const { open = '0', total = '0' } = rows[0] ?? {}
        if (total === '0') return { status: 'unknown', evidence: 'There is no signing key yet.' }
        return open === '0'
          ? { status: 'pass', evidence: `${total} signing key(s), none readable in the database.` }
          : { status: 'fail', evidence: `${open} of ${total} signing keys lie open in the database.` }
      }),
  },
]
