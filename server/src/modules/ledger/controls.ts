import { type ChainEntry, GENESIS, verifyChain } from '@holdfast/events'
import { sql } from 'kysely'
import type { Control, ControlResult } from '../../platform/control.ts'
import type { Database } from '../../platform/database/database.ts'
import { guardProblems, refusesRewrite } from './guards.ts'
import { type EventRow, toEvent } from './row.ts'
import { readHash, readHead } from './store.ts'

/** Entries at the end of the chain that the control computes again; `holdfast log verify` does the whole. */
const tail = 500

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
      'No role of the server can change or delete an event, and triggers refuse it to the owner of the table as well.',
    mapsTo: auditLogs,
    check: ({ database }) => checkGuards(database),
  },
  {
    id: 'ledger.sequenced',
    title: 'Every event gets its place in the chain',
    statement: 'No event waits longer than a minute for its number and its hash.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC7.2' },
      { framework: 'PCI DSS 4.0.1', ref: '10.7.2' },
      { framework: 'ASVS 5.0', ref: '16.2.1' },
    ],
    check: ({ database }) => checkSequenced(database),
  },
  {
    id: 'ledger.chain-verifies',
    title: 'The newest part of the chain verifies',
    statement: `The last ${tail} events are what was recorded: their leaves and hashes, computed again, are the stored ones.`,
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC7.2' },
      { framework: 'PCI DSS 4.0.1', ref: '10.3.4' },
      { framework: 'ASVS 5.0', ref: '16.4.2' },
    ],
    check: ({ database }) => checkTail(database),
  },
]

async function checkGuards(database: Database): Promise<ControlResult> {
  const problems = await database.asSystem(guardProblems)
  if (problems.length === 0 && !(await refusesRewrite(database))) problems.push('a place was changed when tried')
  return problems.length === 0
    ? {
        status: 'pass',
        evidence: 'Grants and triggers are as they should be; an attempt to change a place was refused.',
      }
    : { status: 'fail', evidence: `${problems.slice(0, 5).join('; ')}.` }
}

function checkSequenced(database: Database): Promise<ControlResult> {
  return database.asSystem(async (tx) => {
    const { rows } = await sql<{ waiting: number; late: number }>`
      SELECT count(*)::int AS waiting, count(*) FILTER (WHERE recorded_at < now() - interval '1 minute')::int AS late
      FROM (SELECT recorded_at FROM events WHERE seq IS NULL ORDER BY ordinal LIMIT 10000) AS oldest`.execute(
      tx.kysely(),
    )
    const { waiting = 0, late = 0 } = rows[0] ?? {}
    const { seq } = await readHead(tx)
    return late > 0
      ? {
          status: 'fail',
          evidence: `${late} events wait for their place since more than a minute; the head is at ${seq}.`,
        }
      : { status: 'pass', evidence: `The head is at ${seq}; ${waiting} events wait, none since a minute.` }
  })
}

function checkTail(database: Database): Promise<ControlResult> {
  return database.asSystem(async (tx) => {
    const head = await readHead(tx)
    const start = Math.max(0, head.seq - tail)
    const hash = start === 0 ? GENESIS : await readHash(tx, start)
    if (hash === undefined) return { status: 'fail', evidence: `Event ${start} is missing.` }
    const { rows } = await sql<EventRow & { seq: string; leaf: Buffer; hash: Buffer }>`
      SELECT id, time, kind, outcome, actor_type, actor_id, actor_name, resource_type, resource_id, application, reason,
             address, user_agent, request_id, data, seq, leaf, hash
      FROM events WHERE seq > ${start} AND seq <= ${head.seq} ORDER BY seq`.execute(tx.kysely())
    const entries = rows.map((row): ChainEntry => {
      const { event, leaf, hash } = toEvent(row)
      return { seq: Number(row.seq), leaf: leaf ?? '', hash: hash ?? '', event }
    })
    const result = verifyChain(entries, { seq: start, hash })
    if (!result.ok) return { status: 'fail', evidence: result.message }
    return result.seq === head.seq && result.hash === head.hash
      ? { status: 'pass', evidence: `Events ${start + 1} to ${head.seq} verify, and end at the head.` }
      : { status: 'fail', evidence: `The chain ends at ${result.seq}, but the head says ${head.seq}.` }
  })
}
