import { type EventOpening, type PackedEvent, writePack } from '@holdfast/merkle'
import { sql } from 'kysely'
import { ok, type Outcome, refuse } from '../../../platform/outcome.ts'
import { errors } from '../errors.ts'
import type { StoredEvent } from '../stored.ts'
import { readEntries, splitEntries } from '../store/entries.ts'
import { readCheckpoint } from '../store/head.ts'
import type { ProofDeps } from './proof.ts'
import { loadTiles } from './tiles.ts'

export interface PackRange {
  /** 1 when not said */
  readonly from?: number | undefined
  /** the size of the newest checkpoint when not said */
  readonly to?: number | undefined
  /** sizes of earlier trees with which the pack can be compared */
  readonly older?: readonly number[] | undefined
}

/** A part of the log in one file that is verified without the log. What events of other tenants said is not in it. */
export async function makePack(
  { database, readEvents, identity }: ProofDeps,
  tenant: string,
  range: PackRange,
): Promise<Outcome<AsyncIterable<string>>> {
  const { vkey } = await identity()
  const checkpoint = await database.asSystem((tx) => readCheckpoint(tx))
  if (checkpoint === undefined) return refuse(errors.log_empty)
  const { size, note } = checkpoint
  const { from = 1, to = size, older = [] } = range
  const ascending = older.every((each, n) => each > (older[n - 1] ?? 0) && each < size)
  if (from < 1 || from > to || to > size || !ascending) return refuse(errors.range_not_in_log, { size })

  /** Each group in transactions of their own: a pack is read for as long as its reader takes. */
  async function events(first: number, last: number): Promise<PackedEvent[]> {
    const entries = splitEntries(await database.asSystem((tx) => readEntries(tx, first, last)))
    const own = await database.asTenant(
      tenant,
      async (tx) => {
        const { rows } = await sql<{ id: string }>`
          SELECT event_id AS id FROM log_entries
          WHERE tenant_id = current_tenant() AND seq BETWEEN ${first} AND ${last}`.execute(tx.kysely())
        return readEvents(
          tx,
          rows.map(({ id }) => id),
        )
      },
      'read',
    )
    const bySeq = new Map(own.map((event) => [event.seq, event]))
    return entries.map((entry, n) => {
      const event = bySeq.get(first + n)
      return { seq: first + n, entry, opening: event === undefined ? null : openingOf(event) }
    })
  }

  const lines = writePack(
    { vkey, checkpoint: note, from, to, older },
    {
      tile: (tile) => database.asSystem(async (tx) => (await loadTiles(tx, [tile]))(tile)),
      events,
    },
  )
  return ok(withNewlines(lines))
}

/** What stands where something was changed: it opens no commitment, so that whoever verifies stumbles over it. */
const changed: EventOpening = { salt: '', body: '', openings: {} }

/** What an event said, as packs have it; null when the key to it was destroyed. */
export function openingOf({ evidence, problem }: StoredEvent): EventOpening | null {
  if (evidence === null) return problem === 'changed' ? changed : null
  return { salt: evidence.salt.toString('base64url'), body: evidence.body, openings: evidence.openings }
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`
}
