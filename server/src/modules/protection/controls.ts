import { sql } from 'kysely'
import type { Control } from '../../platform/control.ts'
import { settingsOf } from './change.ts'
import { exceptionControls } from './exceptions/controls.ts'
import { routeControls } from './route-controls.ts'

export const controls: readonly Control[] = [
  ...routeControls,
  ...exceptionControls,
  {
    id: 'protection.forged-requests-refused',
    title: 'Requests that other sites make browsers send are refused',
    statement:
      'At every application with a gateway, cross-site requests that carry a cookie are refused, not only reported.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '3.5.1' },
      { framework: 'PCI DSS 4.0.1', ref: '6.2.4' },
      { framework: 'SOC 2', ref: 'CC6.6' },
    ],
    check: async ({ database }) => {
      const { rows } = await database.asSystem((tx) =>
        sql<{ id: string; settings: unknown }>`
          SELECT a.id, p.settings FROM applications a
          LEFT JOIN application_protection p ON p.tenant_id = a.tenant_id AND p.application_id = a.id
          WHERE a.upstream IS NOT NULL`.execute(tx.kysely()),
      )
      const open = rows.filter(({ settings }) => settings !== null && settingsOf(settings).csrf.mode !== 'block')
      if (rows.length === 0) return { status: 'unknown', evidence: 'No application has a gateway.' }
      return open.length === 0
        ? { status: 'pass', evidence: `${rows.length} application(s), all of them refuse such requests.` }
        : { status: 'fail', evidence: `Not refused at: ${open.map(({ id }) => id).join(', ')}.` }
    },
  },
]
