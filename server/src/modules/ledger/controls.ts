import { sql } from 'kysely'
import type { Control, ControlResult } from '../../platform/control.ts'
import type { Database } from '../../platform/database/database.ts'
import { guardProblems, refusesRewrite } from './guards.ts'
import { readHead } from './store/head.ts'

const auditLogs = [
  { framework: 'SOC 2', ref: 'CC7.2' },
  { framework: 'PCI DSS 4.0.1', ref: '10.3.2' },
  { framework: 'ASVS 5.0', ref: '16.4.2' },
] as const

export const controls: readonly Control[] = [
  {
    id: 'ledger.append-only',
    title: 'Events are append-only',
    statement:
      'No role of the server can change an event, or delete one outside of retention, and triggers refuse it to the owner of the tables as well.',
    mapsTo: auditLogs,
    check: ({ database }) => checkGuards(database),
  },
  {
    id: 'ledger.sequenced',
    title: 'Every event gets its place in the log',
    statement: 'No event waits longer than a minute for its place in the tree.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC7.2' },
      { framework: 'PCI DSS 4.0.1', ref: '10.7.2' },
      { framework: 'ASVS 5.0', ref: '16.2.1' },
    ],
    check: ({ database }) => checkSequenced(database),
  },
]

async function checkGuards(database: Database): Promise<ControlResult> {
  const problems = await database.asSystem(guardProblems)
  if (problems.length === 0 && !(await refusesRewrite(database))) problems.push('the head could be changed when tried')
  return problems.length === 0
    ? {
        status: 'pass',
        evidence: 'Grants and triggers are as they should be; an attempt to turn the head back was refused.',
      }
    : { status: 'fail', evidence: `${problems.slice(0, 5).join('; ')}.` }
}

function checkSequenced(database: Database): Promise<ControlResult> {
  return database.asSystem(async (tx) => {
    const { rows } = await sql<{ waiting: number; late: number }>`
      SELECT count(*)::int AS waiting, count(*) FILTER (WHERE recorded_at < now() - interval '1 minute')::int AS late
      FROM (SELECT recorded_at FROM log_queue ORDER BY ordinal LIMIT 10000) AS oldest`.execute(tx.kysely())
    const { waiting = 0, late = 0 } = rows[0] ?? {}
    const { size } = await readHead(tx)
    return late > 0
      ? {
          status: 'fail',
          evidence: `${late} events wait for their place since more than a minute; the log has ${size} entries.`,
        }
      : { status: 'pass', evidence: `The log has ${size} entries; ${waiting} events wait, none since a minute.` }
  })
}
