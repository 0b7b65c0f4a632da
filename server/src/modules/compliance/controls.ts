import type { Control } from '../../platform/control.ts'
import { classOf, type Tables } from '../../platform/database/tables.ts'
import { declarationProblems, isolationProblems, readColumns } from './catalogue.ts'

/** @param tables the declared tables of the platform and every module */
export function controls(tables: Tables): readonly Control[] {
  return [
    {
      id: 'compliance.tenants-apart',
      title: 'Tenants are held apart by the database',
      statement:
        'Every table with rows of tenants is under row-level security, forced on its owner too, that compares the tenant of the row with that of the transaction.',
      mapsTo: [
        { framework: 'SOC 2', ref: 'CC6.1' },
        { framework: 'PCI DSS 4.0.1', ref: 'A1.1.2' },
        { framework: 'ASVS 5.0', ref: '8.4.1' },
      ],
      async check({ database }) {
        const problems = await isolationProblems(database, tables)
        const count = Object.values(tables).filter(({ scope }) => scope === 'tenant').length
        return problems.length === 0
          ? { status: 'pass', evidence: `${count} tables hold rows of tenants, each under forced row-level security.` }
          : { status: 'fail', evidence: `${problems.slice(0, 5).join('; ')}.` }
      },
    },
    {
      id: 'compliance.data-classified',
      title: 'Every stored column is classified',
      statement:
        'Each column of the database is declared as public, internal, personal or secret, and the database has no other.',
      mapsTo: [
        { framework: 'SOC 2', ref: 'C1.1' },
        { framework: 'GDPR', ref: 'Art. 30' },
        { framework: 'ASVS 5.0', ref: '14.1.1' },
      ],
      async check({ database }) {
        const columns = await readColumns(database)
        const problems = declarationProblems(columns, tables)
        const personal = Object.values(tables).flatMap((table) =>
          Object.values(table.columns).filter((column) => classOf(column) === 'personal'),
        )
        return problems.length === 0
          ? { status: 'pass', evidence: `${columns.length} columns, ${personal.length} of them personal data.` }
          : { status: 'fail', evidence: `${problems.slice(0, 5).join('; ')}.` }
      },
    },
  ]
}
