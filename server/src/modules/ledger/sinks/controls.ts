import { sql } from 'kysely'
import type { Control } from '../../../platform/control.ts'

/** How far behind a sink may be, in seconds. */
const behindMost = 15 * 60

export const sinkControls: readonly Control[] = [
  {
    id: 'ledger.sinks-deliver',
    title: 'Events leave to every sink',
    statement: `No active sink has been failing for longer than it may, or is more than ${behindMost / 60} minutes behind; none was disabled by its receiver.`,
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC7.2' },
      { framework: 'PCI DSS 4.0.1', ref: '10.3.3' },
      { framework: 'PCI DSS 4.0.1', ref: '10.7.2' },
      { framework: 'ASVS 5.0', ref: '16.4.3' },
    ],
    check: ({ database, tenant }) =>
      database.asTenant(
        tenant,
        async (tx) => {
          const { rows } = await sql<{ name: string; state: string; failing: boolean; late: boolean }>`
            SELECT name, state,
              coalesce(failing_since < now() - make_interval(secs => failed_after_seconds), false) AS failing,
              coalesce((SELECT time FROM log_entries l WHERE l.tenant_id = s.tenant_id AND l.seq > s.cursor_seq
                        ORDER BY seq LIMIT 1) < now() - make_interval(secs => ${behindMost}), false) AS late
            FROM log_sinks s ORDER BY name`.execute(tx.kysely())
          const active = rows.filter(({ state }) => state === 'active')
          const bad = [
            ...active.filter(({ failing }) => failing).map(({ name }) => `${name} is failing`),
            ...active.filter(({ failing, late }) => late && !failing).map(({ name }) => `${name} is far behind`),
            ...rows.filter(({ state }) => state === 'disabled').map(({ name }) => `${name} was disabled`),
          ]
          if (rows.length === 0) return { status: 'unknown', evidence: 'There are no sinks: events stay here.' }
          return bad.length > 0
            ? { status: 'fail', evidence: `${bad.slice(0, 10).join('; ')}.` }
            : {
                status: 'pass',
                evidence: `${active.length} of ${rows.length} sinks are active; none fails or is far behind.`,
              }
        },
        'read',
      ),
  },
]
