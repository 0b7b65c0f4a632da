import {
  createVerifier,
  EMPTY_TREE,
  ENTRY_BYTES,
  HASH_BYTES,
  openNote,
  parseCheckpoint,
  rootOf,
  type TileGrowth,
  tilePath,
} from '@holdfast/merkle'
import { sql } from 'kysely'
import type { Database, Transaction } from '../../../platform/database/database.ts'
import { type Entries, readEntries } from '../store/entries.ts'
import type { Head } from '../store/head.ts'
import { readTiles } from '../store/tiles.ts'
import { grow, type TreeState } from '../tree.ts'
import type { Report } from './report.ts'

/** Entries that are read at a time. */
const step = 4096

interface CheckpointRow {
  readonly size: number
  readonly root: Buffer
  readonly note: string
}

/** Computes the whole tree again from its entries, and compares every tile, checkpoint, and the head. */
export async function checkTree(database: Database, vkey: string, head: Head, report: Report): Promise<void> {
  let state: TreeState = { tree: EMPTY_TREE, root: rootOf(EMPTY_TREE), tail: Buffer.alloc(0) }
  for (let first = 1; first <= head.size; first += step) {
    const last = Math.min(first + step - 1, head.size)
    const { entries, checkpoints } = await database.asSystem(async (tx) => ({
      entries: await readEntries(tx, first, last),
      checkpoints: await readCheckpoints(tx, first, last),
    }))
    if (entries.count !== last - first + 1) {
      const missing = await database.asSystem((tx) => firstMissing(tx, first, last))
      return report.add('entry_missing', missing, null, `Entry ${missing} of the log is missing.`)
    }
    const grown: TileGrowth[] = []
    let done = first - 1
    for (const checkpoint of [...checkpoints, undefined]) {
      const next = grow(state, slice(entries, done - first + 1, (checkpoint?.size ?? last) - first + 1))
      state = next.state
      grown.push(...next.tiles)
      done = state.tree.size
      if (checkpoint !== undefined) checkCheckpoint(checkpoint, state, vkey, report)
    }
    await database.asSystem((tx) => checkTiles(tx, grown, report))
  }
  if (!state.root.equals(head.root)) {
    report.add('head_wrong', null, null, `The head at ${head.size} is not the root of the tree of its entries.`)
  }
}

/** What lies above the head, as a log has it that was set back in part. One statement: the log may grow meanwhile. */
export async function checkBeyond(database: Database, report: Report): Promise<void> {
  const { rows } = await database.asSystem((tx) =>
    sql<{ size: string; checkpoint: string | null; entry: string | null }>`
      SELECT size, (SELECT max(size) FROM log_checkpoints c WHERE c.size > h.size) AS checkpoint,
             (SELECT max(seq) FROM log_entries WHERE seq > h.size) AS entry
      FROM log_head h`.execute(tx.kysely()),
  )
  for (const { size, checkpoint, entry } of rows) {
    if (checkpoint !== null)
      report.add(
        'checkpoint_wrong',
        Number(checkpoint),
        null,
        `The checkpoint at ${checkpoint} is beyond the head at ${size}.`,
      )
    if (entry !== null) report.add('head_wrong', Number(entry), null, `Entry ${entry} is beyond the head at ${size}.`)
  }
}

function slice({ bytes }: Entries, from: number, to: number): Entries {
  return { count: to - from, bytes: bytes.subarray(from * ENTRY_BYTES, to * ENTRY_BYTES) }
}

async function readCheckpoints(tx: Transaction, first: number, last: number): Promise<CheckpointRow[]> {
  const { rows } = await sql<{ size: string; root_hash: Buffer; note: string }>`
    SELECT size, root_hash, note FROM log_checkpoints WHERE size BETWEEN ${first} AND ${last} ORDER BY size`.execute(
    tx.kysely(),
  )
  return rows.map(({ size, root_hash: root, note }) => ({ size: Number(size), root, note }))
}

async function firstMissing(tx: Transaction, first: number, last: number): Promise<number> {
  const { rows } = await sql<{ seq: string }>`
    SELECT seq FROM generate_series(${first}::bigint, ${last}::bigint) AS wanted (seq)
    WHERE NOT EXISTS (SELECT FROM log_entries l WHERE l.seq = wanted.seq) ORDER BY seq LIMIT 1`.execute(tx.kysely())
  return Number(rows[0]?.seq ?? first)
}

function checkCheckpoint({ size, root, note }: CheckpointRow, state: TreeState, vkey: string, report: Report): void {
  if (!root.equals(state.root)) {
    report.add('checkpoint_wrong', size, null, `The checkpoint at ${size} is of another tree.`)
  } else if (!signs(note, size, root, vkey)) {
    report.add(
      'checkpoint_wrong',
      size,
      null,
      `The checkpoint at ${size} is not signed by the log, or says another root.`,
    )
  }
}

function signs(note: string, size: number, root: Buffer, vkey: string): boolean {
  try {
    const said = parseCheckpoint(openNote(note, [createVerifier(vkey)]).text)
    return said.size === size && root.equals(said.root)
  } catch {
    return false
  }
}

/** What a tile has grown by must be there; it may have grown further since. */
async function checkTiles(tx: Transaction, grown: readonly TileGrowth[], report: Report): Promise<void> {
  const tiles = new Map<string, Buffer>()
  for (const { level, index, hashes } of await readTiles(tx, grown)) tiles.set(`${level}/${index}`, hashes)
  for (const { level, index, from, width, bytes } of grown) {
    const hashes = tiles.get(`${level}/${index}`)?.subarray(from * HASH_BYTES, width * HASH_BYTES)
    if (hashes !== undefined && hashes.equals(bytes)) continue
    const path = tilePath({ level, index, width })
    report.add(
      'tile_wrong',
      null,
      null,
      `${path} is ${hashes?.length === bytes.length ? 'not what its entries make' : 'missing or cut off'}.`,
    )
  }
}
