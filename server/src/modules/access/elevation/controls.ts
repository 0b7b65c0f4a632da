import { sql } from 'kysely'
import type { Control } from '../../../platform/control.ts'

/** How long a broken glass may wait for its review. */
const reviewDays = 3
/** As many as may have the role `admin` of Holdfast, or be in `admins`, for good. */
const standingAdmins = 5

const frameworks = [
  { framework: 'SOC 2', ref: 'CC6.3' },
  { framework: 'PCI DSS 4.0.1', ref: '7.2.2' },
  { framework: 'ISO 27001:2022', ref: 'A.8.2' },
] as const

export const elevationControls: readonly Control[] = [
  {
    id: 'access.elevations-approved',
    title: 'Power for a time was approved by somebody else',
    statement:
      'Every grant in force that says it comes of a request has one: for this person and this role, approved by another person where the rule asked for it, and for no longer than was asked for.',
    mapsTo: frameworks,
    check: ({ database, tenant, now }) =>
      database.asTenant(
        tenant,
        async (tx) => {
          const { rows } = await sql<{ id: string; good: boolean }>`
            SELECT g.id, coalesce(e.state = 'approved' AND e.application_id = g.application_id
              AND e.kind = g.source AND g.principal_type = 'Person' AND e.person_id::text = g.principal_id
              AND CASE WHEN e.gives = 'role' THEN g.role_id ELSE g.template END = e.name
              AND e.resource_type IS NOT DISTINCT FROM g.resource_type AND e.resource_id IS NOT DISTINCT FROM g.resource_id
              AND (NOT e.needs_approval OR e.decided_by <> e.person_id)
              AND g.valid_to <= e.decided_at + make_interval(secs => e.seconds), false) AS good
            FROM grants g LEFT JOIN elevations e ON e.tenant_id = g.tenant_id AND e.grant_id = g.id
            WHERE g.recorded_to IS NULL AND g.source IN ('elevation', 'break_glass') AND g.valid_from <= ${now}
              AND (g.valid_to IS NULL OR (g.valid_to > ${now} AND g.valid_to > g.recorded_from)) ORDER BY g.id`.execute(
            tx.kysely(),
          )
          const bad = rows.filter(({ good }) => !good).map(({ id }) => id)
          return bad.length === 0
            ? { status: 'pass', evidence: `${rows.length} grants for a time are in force, each as it was approved.` }
            : { status: 'fail', evidence: `Without such an approval: ${bad.slice(0, 10).join(', ')}.` }
        },
        'read',
      ),
  },
  {
    id: 'access.break-glass-reviewed',
    title: 'Every broken glass is looked at',
    statement: `Whoever broke the glass was reviewed by another person within ${reviewDays} days.`,
    mapsTo: frameworks,
    check: ({ database, tenant, now }) =>
      database.asTenant(
        tenant,
        async (tx) => {
          const { rows } = await sql<{ id: string; late: boolean }>`
            SELECT id, requested_at < ${now}::timestamptz - make_interval(days => ${reviewDays}) AS late FROM elevations
            WHERE kind = 'break_glass' AND reviewed_at IS NULL ORDER BY id`.execute(tx.kysely())
          const late = rows.filter((row) => row.late).map(({ id }) => id)
          return late.length === 0
            ? { status: 'pass', evidence: `${rows.length} wait for a review, none longer than ${reviewDays} days.` }
            : { status: 'fail', evidence: `Not reviewed in ${reviewDays} days: ${late.slice(0, 10).join(', ')}.` }
        },
        'read',
      ),
  },
  {
    id: 'access.few-standing-admins',
    title: 'Few are administrators for good',
    statement: `No more than ${standingAdmins} people and services may do everything in Holdfast without a limit of time; others ask for it when they need it.`,
    mapsTo: frameworks,
    check: ({ database, tenant }) =>
      database.asTenant(
        tenant,
        async (tx) => {
          const { rows } = await sql<{ count: number }>`
            WITH RECURSIVE given AS (
              SELECT principal_type, principal_id FROM grants WHERE application_id = 'holdfast' AND role_id = 'admin'
                AND recorded_to IS NULL AND valid_to IS NULL
            ), below (id) AS (
              SELECT 'admins' UNION SELECT principal_id FROM given WHERE principal_type = 'Group'
              UNION SELECT p.group_id FROM group_parents p JOIN below ON p.parent_id = below.id)
            SELECT count(DISTINCT id)::int AS count FROM (
              SELECT coalesce(m.person_id, m.service_id)::text AS id FROM memberships m JOIN below ON m.group_id = below.id
              UNION SELECT principal_id FROM given WHERE principal_type IN ('Person', 'Service')) AS everybody`.execute(
            tx.kysely(),
          )
          const count = rows[0]?.count ?? 0
          return {
            status: count <= standingAdmins ? 'pass' : 'fail',
            evidence: `${count} are administrators for good.`,
          }
        },
        'read',
      ),
  },
]
