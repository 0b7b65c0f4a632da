import { ENTRY_BYTES } from '@holdfast/merkle'
import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'

type Db = Pick<Transaction, 'kysely'>

/** The leaf's data as engines/merkle encodes it, made where the rows are: one value travels instead of a row for each. */
const encoded = sql`'\\x01'::bytea || uuid_send(event_id) || int8send((extract(epoch FROM time) * 1000)::bigint) || commitment`

/** Entries one after the other, 57 bytes each. */
export interface Entries {
  readonly count: number
  readonly bytes: Buffer
}

interface EntriesRow {
  readonly count: number
  readonly bytes: Buffer | null
}

/** Moves the oldest of what waits into the log, behind `size`. @returns the entries, in their order */
export async function placeQueued(tx: Db, size: number, limit: number): Promise<Entries> {
  const { rows } = await sql<EntriesRow>`
    WITH taken AS (
      DELETE FROM log_queue WHERE ordinal = ANY (ARRAY(SELECT ordinal FROM log_queue ORDER BY ordinal LIMIT ${limit}))
      RETURNING ordinal, tenant_id, event_id, time, commitment
    ), placed AS (
      INSERT INTO log_entries (seq, tenant_id, event_id, time, commitment)
      SELECT ${size}::bigint + row_number() OVER (ORDER BY ordinal), tenant_id, event_id, time, commitment FROM taken
      RETURNING seq, event_id, time, commitment
    )
    SELECT count(*)::int AS count, string_agg(${encoded}, '' ORDER BY seq) AS bytes FROM placed`.execute(tx.kysely())
  return entriesOf(rows)
}

/**
 * Takes out of the queue what has a place already, or waits twice: only the first counts. Nobody's events wait behind it, and
 * the check of the log says that such an event is not the one of its entry.
 * @returns how many
 */
export async function dropPlaced(tx: Db): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    DELETE FROM log_queue q
    WHERE EXISTS (SELECT FROM log_entries l WHERE l.tenant_id = q.tenant_id AND l.event_id = q.event_id)
       OR EXISTS (SELECT FROM log_queue o
                  WHERE o.tenant_id = q.tenant_id AND o.event_id = q.event_id AND o.ordinal < q.ordinal)`.execute(
    tx.kysely(),
  )
  return Number(numAffectedRows)
}

/** @returns the entries with first <= seq <= last that there are */
export async function readEntries(tx: Db, first: number, last: number): Promise<Entries> {
  const { rows } = await sql<EntriesRow>`
    SELECT count(*)::int AS count, string_agg(${encoded}, '' ORDER BY seq) AS bytes
    FROM log_entries WHERE seq BETWEEN ${first} AND ${last}`.execute(tx.kysely())
  return entriesOf(rows)
}

/** The entries apart, as views. */
export function splitEntries({ count, bytes }: Entries): Buffer[] {
  return Array.from({ length: count }, (_, n) => bytes.subarray(n * ENTRY_BYTES, (n + 1) * ENTRY_BYTES))
}

function entriesOf([row]: readonly EntriesRow[]): Entries {
  const { count, bytes } = row ?? { count: 0, bytes: null }
  if ((bytes?.length ?? 0) !== count * ENTRY_BYTES) throw new Error('the entries of the log are malformed')
  return { count, bytes: bytes ?? Buffer.alloc(0) }
}
