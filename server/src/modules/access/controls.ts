import { compile } from '@holdfast/policy'
import type { Control } from '../../platform/control.ts'
import { policySetJson } from './rules.ts'
import { listApplications, listPolicies } from './store.ts'

export const controls: readonly Control[] = [
  {
    id: 'access.policies-valid',
    title: 'Every permission is a validated policy',
    statement:
      'The policies of every application compile, and each was validated against its schema when it was written.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC6.1' },
      { framework: 'PCI DSS 4.0.1', ref: '7.2.1' },
      { framework: 'ASVS 5.0', ref: '8.1.1' },
    ],
    check: ({ database, tenant }) =>
      database.asTenant(
        tenant,
        async (tx) => {
          let count = 0
          for (const { id } of await listApplications(tx)) {
            const rows = await listPolicies(tx, id)
            compile(policySetJson(rows))
            count += rows.length
          }
          return { status: 'pass', evidence: `${count} policies compile.` }
        },
        'read',
      ),
  },
  {
    id: 'access.deny-by-default',
    title: 'What no policy permits is denied',
    statement: 'No policy of an application permits every action on every resource to everybody.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC6.3' },
      { framework: 'PCI DSS 4.0.1', ref: '7.3.3' },
      { framework: 'ASVS 5.0', ref: '8.2.1' },
    ],
    check: ({ database, tenant }) =>
      database.asTenant(
        tenant,
        async (tx) => {
          const open: string[] = []
          for (const { id } of await listApplications(tx)) {
            for (const { name, parsed, effect } of await listPolicies(tx, id)) {
              if (effect === 'permit' && isUnbounded(parsed)) open.push(`${id}/${name}`)
            }
          }
          return open.length === 0
            ? { status: 'pass', evidence: 'No permit is without a scope or a condition.' }
            : { status: 'fail', evidence: `Permits without any bound: ${open.slice(0, 10).join(', ')}.` }
        },
        'read',
      ),
  },
]

/** `permit (principal, action, resource);` with no condition */
function isUnbounded(parsed: Record<string, unknown>): boolean {
  const all = (part: string) => (parsed[part] as { op?: string } | undefined)?.op === 'All'
  const conditions = parsed['conditions']
  return all('principal') && all('action') && all('resource') && Array.isArray(conditions) && conditions.length === 0
}
