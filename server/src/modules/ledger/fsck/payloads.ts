import { verifyDocument } from '@holdfast/events'
import { sql } from 'kysely'
import type { Database, Transaction } from '../../../platform/database/database.ts'
import { asSystemIn } from '../../../platform/database/elevate.ts'
import { indexTokens, tokeniser } from '../index-tokens.ts'
import type { OpenRows } from '../read.ts'
import { searchPurpose } from '../search/tokens.ts'
import { selectRows } from '../store/read.ts'
import { selectTokens } from '../store/tokens.ts'
import type { LedgerKeys, StoredEvent } from '../stored.ts'
import { columnProblem } from './columns.ts'
import type { Report } from './report.ts'

export interface PayloadDeps {
  readonly database: Database
  readonly keys: LedgerKeys
  readonly openRows: OpenRows
}

interface EntryRow {
  readonly seq: string
  readonly tenant_id: string
  readonly event_id: string
  readonly time: Date
  readonly commitment: Buffer
}

/** Opens the events of these places, and compares them with their entries, their columns and their tokens. */
export async function checkPayloads(deps: PayloadDeps, first: number, last: number, report: Report): Promise<void> {
  const entries = await deps.database.asSystem(async (tx) => {
    const { rows } = await sql<EntryRow>`
      SELECT seq, tenant_id, event_id, time, commitment FROM log_entries
      WHERE seq BETWEEN ${first} AND ${last} ORDER BY seq`.execute(tx.kysely())
    return rows
  })
  for (const [tenant, own] of Map.groupBy(entries, ({ tenant_id: tenant }) => tenant)) {
    await deps.database.asTenant(tenant, (tx) => checkTenant(deps, tx, own, report), 'read')
  }
}

async function checkTenant(
  { keys, openRows }: PayloadDeps,
  tx: Transaction,
  entries: readonly EntryRow[],
  report: Report,
): Promise<void> {
  const ids = entries.map(({ event_id: id }) => id)
  const rows = new Map((await selectRows(tx, ids)).map((row) => [row.id, row]))
  const stored = new Map((await openRows(tx, [...rows.values()])).map((event) => [event.id, event]))
  const tokens = await selectTokens(tx, ids)
  // The index has a key as soon as there is one event with a body that opens.
  const index = [...stored.values()].some(({ evidence }) => evidence !== null)
    ? await keys.blindIndex(tx, searchPurpose)
    : undefined
  // Of a deleted tenant the keys go first, and the events one after the other.
  const deleted = await isDeleted(tx)
  const gone: EntryRow[] = []
  const unopened: EntryRow[] = []
  for (const entry of entries) {
    const row = rows.get(entry.event_id)
    const event = stored.get(entry.event_id)
    if (row === undefined || event === undefined) {
      gone.push(entry)
      continue
    }
    const problem = contentProblem(entry, event)
    if (problem === 'event_unreadable' && deleted) continue
    if (problem !== null) {
      report.add(problem, Number(entry.seq), entry.event_id, sentences[problem])
      continue
    }
    if (event.erased.length > 0) unopened.push(entry)
    const column = columnProblem(row, event)
    if (column !== null) report.add('column_wrong', Number(entry.seq), entry.event_id, column)
    else if (index !== undefined && event.evidence !== null && event.erased.length === 0) {
      const { view, document, evidence } = event
      const expected = indexTokens(tokeniser(index), view, document, evidence.owners)
      if (tokens.get(event.id) !== expected.text) {
        report.add(
          'column_wrong',
          Number(entry.seq),
          entry.event_id,
          'It is not found by what it says: its search tokens are others.',
        )
      }
    }
  }
  await reportUntold(tx, gone, 'pruned', report, 'event_missing')
  await reportUntold(tx, unopened, 'erased', report, 'field_missing')
}

const sentences = {
  event_changed: 'What the event says is not what was recorded.',
  event_unreadable: "The key of the tenant's log is gone, so the event cannot be read.",
  event_missing: 'The event is gone, and no pruning tells of it.',
  field_missing: "What is somebody's in this event is gone, and no erasure tells of it.",
} as const

function contentProblem(entry: EntryRow, event: StoredEvent): 'event_changed' | 'event_unreadable' | null {
  if (event.problem !== null) return event.problem === 'changed' ? 'event_changed' : 'event_unreadable'
  const { evidence, document, commitment } = event
  const same =
    evidence !== null &&
    commitment.equals(entry.commitment) &&
    verifyDocument(evidence.body, evidence.salt, entry.commitment) &&
    document.metadata.uid === entry.event_id &&
    document.metadata.tenant_uid === entry.tenant_id &&
    document.time === entry.time.getTime()
  return same ? null : 'event_changed'
}

async function isDeleted(tx: Transaction): Promise<boolean> {
  const { rows } = await sql<{ deleted: boolean }>`SELECT tenant_deleted(${tx.tenant}::uuid) AS deleted`.execute(
    tx.kysely(),
  )
  return rows[0]?.deleted === true
}

/** Of what is not there: whatever no removal tells. */
async function reportUntold(
  tx: Transaction,
  entries: readonly EntryRow[],
  what: 'pruned' | 'erased',
  report: Report,
  code: 'event_missing' | 'field_missing',
): Promise<void> {
  if (entries.length === 0) return
  // As the system: the events of a deleted tenant were removed by another one.
  const { rows } = await asSystemIn(tx, () =>
    sql<{ seq: string }>`
    SELECT seq FROM unnest(${entries.map(({ seq }) => seq)}::bigint[]) AS seq
    WHERE NOT EXISTS (SELECT FROM log_removals
      WHERE ((tenant_id = ${tx.tenant}::uuid AND what = ${what}) OR what = 'tenant') AND seqs @> seq)
    ORDER BY seq`.execute(tx.kysely()),
  )
  const untold = new Set(rows.map(({ seq }) => seq))
  for (const { seq, event_id: event } of entries) {
    if (untold.has(seq)) report.add(code, Number(seq), event, sentences[code])
  }
}
