import { sql } from 'kysely'
import type { Control } from '../../platform/control.ts'
import { activePeopleIn } from './store/memberships.ts'
import { operators } from './last-operator.ts'

const days = 90

export const controls: readonly Control[] = [
  {
    id: 'directory.operators',
    title: 'Operators are named people',
    statement: 'Whoever may change Holdfast is an active person in the group admins, and there is at least one.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC6.2' },
      { framework: 'PCI DSS 4.0.1', ref: '7.2.1' },
      { framework: 'ISO 27001:2022', ref: 'A.5.15' },
    ],
    async check({ database, tenant }) {
      const people = await database.asTenant(tenant, (tx) => activePeopleIn(tx, operators), 'read')
      return people.length > 0
        ? {
            status: 'pass',
            evidence: `${people.length} active ${people.length === 1 ? 'person' : 'people'} in admins.`,
          }
        : { status: 'fail', evidence: 'No active person is in admins: the set-up has not been completed.' }
    },
  },
  {
    id: 'directory.inactive-people',
    title: 'Unused accounts are disabled',
    statement: `Nobody is active who has not signed in for ${days} days.`,
    mapsTo: [
      { framework: 'PCI DSS 4.0.1', ref: '8.2.6' },
      { framework: 'SOC 2', ref: 'CC6.3' },
      { framework: 'ISO 27001:2022', ref: 'A.5.18' },
    ],
    async check({ database, tenant, now }) {
      const since = new Date(now.getTime() - days * 86_400_000)
      const { rows } = await database.asTenant(
        tenant,
        (tx) =>
          sql<{ active: number; unused: number }>`
            SELECT count(*)::int AS active,
              count(*) FILTER (WHERE coalesce(last_sign_in_at, created_at) < ${since})::int AS unused
            FROM people WHERE state = 'active'`.execute(tx.kysely()),
        'read',
      )
      const { active = 0, unused = 0 } = rows[0] ?? {}
      const evidence = `${unused} of ${active} active people have not signed in since ${since.toISOString().slice(0, 10)}.`
      return { status: unused === 0 ? 'pass' : 'fail', evidence }
    },
  },
]
