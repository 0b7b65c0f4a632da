import { compile } from '@holdfast/policy'
import { sql } from 'kysely'
import type { Control } from '../../platform/control.ts'
import { ownApplication } from './own/load.ts'
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
  {
    id: 'access.grants-told',
    title: 'Every grant says who gave it, when and why',
    statement:
      'Grants are versions that are closed once and never changed or deleted; each names who recorded it, and roles that may administer Holdfast are given by somebody who is named.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC6.2' },
      { framework: 'PCI DSS 4.0.1', ref: '7.2.4' },
      { framework: 'ISO 27001:2022', ref: 'A.5.18' },
    ],
    check: ({ database, tenant }) =>
      database.asTenant(
        tenant,
        async (tx) => {
          const { rows } = await sql<{ total: number; unsaid: number }>`
            SELECT count(*)::int AS total,
              count(*) FILTER (WHERE application_id = ${ownApplication} AND recorded_by IS NULL AND source = 'direct')::int AS unsaid
            FROM grants WHERE recorded_to IS NULL`.execute(tx.kysely())
          const { total = 0, unsaid = 0 } = rows[0] ?? {}
          return unsaid === 0
            ? { status: 'pass', evidence: `${total} grants on record, each with a reason and whoever gave it.` }
            : { status: 'fail', evidence: `${unsaid} grants of Holdfast's own roles name nobody who gave them.` }
        },
        'read',
      ),
  },
  {
    id: 'access.history-kept',
    title: 'Who could do what on a day can be told',
    statement:
      'Triggers keep every version of people, groups, memberships, roles and policies, and let nobody change or delete one; grants and stored entities are versions themselves.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC6.3' },
      { framework: 'PCI DSS 4.0.1', ref: '10.3.2' },
      { framework: 'ISO 27001:2022', ref: 'A.5.28' },
    ],
    check: ({ database }) =>
      database.asSystem(async (tx) => {
        const { rows } = await sql<{ table: string }>`
          SELECT wanted.name AS table FROM unnest(${[...guards.keys()]}::text[], ${[...guards.values()]}::text[]) AS wanted (name, guard)
          WHERE NOT EXISTS (SELECT FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
            WHERE relnamespace = 'public'::regnamespace AND relname = wanted.name AND tgname = wanted.guard AND tgenabled = 'A')`.execute(
          tx.kysely(),
        )
        return rows.length === 0
          ? { status: 'pass', evidence: `${guards.size} tables are guarded by triggers that always fire.` }
          : { status: 'fail', evidence: `Without their guard: ${rows.map(({ table }) => table).join(', ')}.` }
      }),
  },
]

const followed = [
  'people',
  'services',
  'groups',
  'group_parents',
  'memberships',
  'applications',
  'policies',
  'roles',
  'role_parents',
]

/** The trigger that each table must have: one that writes its history, or one that lets no version be changed. */
const guards: ReadonlyMap<string, string> = new Map([
  ...followed.map((table) => [table, 'history_write'] as const),
  ...[...followed.map((table) => `${table}_history`), 'grants', 'stored_entities'].map(
    (table) => [table, 'version_close'] as const,
  ),
])

/** `permit (principal, action, resource);` with no condition */
function isUnbounded(parsed: Record<string, unknown>): boolean {
  const all = (part: string) => (parsed[part] as { op?: string } | undefined)?.op === 'All'
  const conditions = parsed['conditions']
  return all('principal') && all('action') && all('resource') && Array.isArray(conditions) && conditions.length === 0
}
