import { MerkleError } from '@holdfast/merkle'
import { sql } from 'kysely'
import type { Control, ControlResult } from '../../platform/control.ts'
import type { Database } from '../../platform/database/database.ts'
import type { AnchorStanding } from './anchors/watch.ts'
import { checkPayloads, type PayloadDeps } from './fsck/payloads.ts'
import { createReport } from './fsck/report.ts'
import { guardProblems, refusesRewrite } from './guards.ts'
import { readHead } from './store/head.ts'
import { loadTree } from './tree.ts'

const auditLogs = [
  { framework: 'SOC 2', ref: 'CC7.2' },
  { framework: 'PCI DSS 4.0.1', ref: '10.3.2' },
  { framework: 'ASVS 5.0', ref: '16.4.2' },
] as const

/** Entries at the end of the log whose events the control compares; `holdfast log fsck` does the whole. */
const tail = 500

export interface LedgerControlDeps extends PayloadDeps {
  readonly anchors: () => readonly AnchorStanding[]
}

export const controls = (deps: LedgerControlDeps): readonly Control[] => [
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
  {
    id: 'ledger.tree-verifies',
    title: 'The newest part of the log verifies',
    statement: `The last ${tail} events are what was recorded: they open, and are what their entries in the tree commit to.`,
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC7.2' },
      { framework: 'PCI DSS 4.0.1', ref: '10.3.4' },
      { framework: 'ASVS 5.0', ref: '16.4.2' },
    ],
    check: () => checkTail(deps),
  },
  {
    id: 'ledger.anchored',
    title: 'The log is the one that was anchored',
    statement:
      'The log continues every checkpoint that was kept out of its reach, and the newest one is kept there too.',
    mapsTo: [
      { framework: 'SOC 2', ref: 'CC7.2' },
      { framework: 'PCI DSS 4.0.1', ref: '10.3.3' },
      { framework: 'ASVS 5.0', ref: '16.4.3' },
    ],
    check: async () => checkAnchors(deps.anchors()),
  },
]

function checkAnchors(all: readonly AnchorStanding[]): ControlResult {
  const wrong = all.find(({ verdict }) => verdict !== null && verdict !== 'ok')
  if (wrong !== undefined) {
    return { status: 'fail', evidence: `The log is not the one that is kept in ${wrong.name}: ${wrong.verdict}.` }
  }
  const [, ...configured] = all
  const away = configured.find(({ trouble }) => trouble !== null)
  if (away !== undefined) return { status: 'fail', evidence: `${away.name} cannot be reached, or not be written to.` }
  if (configured.length === 0) {
    return {
      status: 'fail',
      evidence: 'No anchor is configured (ledger.anchors): who owns the database can rewrite the log unseen.',
    }
  }
  const names = configured.map(({ name, size }) => `${name} (${size ?? 0} entries)`)
  return { status: 'pass', evidence: `The log continues what is kept in ${names.join(', ')}.` }
}

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

async function checkTail(deps: PayloadDeps): Promise<ControlResult> {
  const { head, edge } = await deps.database.asSystem(async (tx) => {
    const head = await readHead(tx)
    return { head, edge: await loadTree(tx, head.size).catch(missing) }
  })
  if (edge === null || !edge.root.equals(head.root)) {
    return { status: 'fail', evidence: `The head at ${head.size} is not the root of the tree of its entries.` }
  }
  const report = createReport()
  const first = Math.max(1, head.size - tail + 1)
  await checkPayloads(deps, first, head.size, report)
  const [problem] = report.problems
  return problem === undefined
    ? {
        status: 'pass',
        evidence: `Events ${first} to ${head.size} are what was recorded, and the head is their tree's.`,
      }
    : { status: 'fail', evidence: `Event ${problem.seq}: ${problem.detail}` }
}

function missing(error: unknown): null {
  if (error instanceof MerkleError) return null
  throw error
}
