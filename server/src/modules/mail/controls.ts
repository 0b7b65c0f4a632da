import { sql } from 'kysely'
import type { Control } from '../../platform/control.ts'
import type { MailTools } from './deps.ts'

export const mailControls = ({ carrier }: Pick<MailTools, 'carrier'>): readonly Control[] => [
  {
    id: 'mail.transport-encrypted',
    title: 'Letters leave encrypted',
    statement: 'A mail server is configured, and letters go to it by TLS only, or do not leave this machine.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '12.3.1' },
      { framework: 'PCI DSS 4.0.1', ref: '4.2.1' },
      { framework: 'GDPR', ref: 'Art. 32(1)(a)' },
    ],
    async check() {
      if (carrier === null) {
        return { status: 'fail', evidence: 'No mail server is configured: nobody can be sent a link or a notice.' }
      }
      const { host, tls } = carrier.server
      const here = host === 'localhost' || host === '::1' || host.startsWith('127.')
      const good = tls === 'required' || tls === 'implicit' || here
      return { status: good ? 'pass' : 'fail', evidence: `TLS to the mail server is ${tls}.` }
    },
  },
  {
    id: 'mail.content-forgotten',
    title: 'Letters are forgotten when they have left',
    statement: 'No letter that was sent or given up still has its content or its address.',
    mapsTo: [
      { framework: 'GDPR', ref: 'Art. 5(1)(e)' },
      { framework: 'ASVS 5.0', ref: '14.2.7' },
    ],
    async check({ database, tenant }) {
      const { rows } = await database.asTenant(
        tenant,
        (tx) =>
          sql<{ settled: number; left: number }>`
            SELECT count(*)::int AS settled, count(*) FILTER (WHERE content IS NOT NULL OR address IS NOT NULL)::int AS left
            FROM mails WHERE state IN ('sent', 'given-up')`.execute(tx.kysely()),
        'read',
      )
      const { settled = 0, left = 0 } = rows[0] ?? {}
      return {
        status: left === 0 ? 'pass' : 'fail',
        evidence: `${left} of ${settled} settled letters still hold something.`,
      }
    },
  },
]
