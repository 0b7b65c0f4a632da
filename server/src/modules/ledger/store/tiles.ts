import { HASH_BYTES, type TileGrowth } from '@holdfast/merkle'
import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import { packed } from './packed.ts'

type Db = Pick<Transaction, 'kysely'>

export interface TileRow {
  readonly level: number
  readonly index: number
  readonly hashes: Buffer
}

/** @throws Error when a tile does not have the hashes that it must have before: then nothing of the batch may stand */
export async function writeTiles(tx: Db, growths: readonly TileGrowth[]): Promise<void> {
  const fresh = growths.filter(({ from }) => from === 0)
  const grown = growths.filter(({ from }) => from > 0)
  if (fresh.length > 0) {
    const { bytes, starts, lengths } = packed(fresh.map((tile) => tile.bytes))
    await sql`
      INSERT INTO log_tiles (level, index, hashes)
      SELECT t.level, t.index, substring(${bytes}::bytea FROM t.at FOR t.length)
      FROM unnest(${fresh.map(({ level }) => level)}::smallint[], ${fresh.map(({ index }) => index)}::bigint[],
                  ${starts}::int[], ${lengths}::int[]) AS t (level, index, at, length)`.execute(tx.kysely())
  }
  for (const { level, index, from, bytes } of grown) {
    const { numAffectedRows } = await sql`
      UPDATE log_tiles SET hashes = hashes || ${bytes}::bytea
      WHERE level = ${level} AND index = ${index} AND length(hashes) = ${HASH_BYTES * from}`.execute(tx.kysely())
    if (numAffectedRows !== 1n) throw new Error(`tile ${level}/${index} of the log has not ${from} hashes`)
  }
}

/** @returns those of the tiles that there are */
export async function readTiles(
  tx: Db,
  wanted: readonly { readonly level: number; readonly index: number }[],
): Promise<TileRow[]> {
  if (wanted.length === 0) return []
  const { rows } = await sql<{ level: number; index: string; hashes: Buffer }>`
    SELECT t.level, t.index, t.hashes
    FROM unnest(${wanted.map(({ level }) => level)}::smallint[], ${wanted.map(({ index }) => index)}::bigint[])
      AS wanted (level, index)
    JOIN log_tiles t USING (level, index)`.execute(tx.kysely())
  return rows.map(({ level, index, hashes }) => ({ level, index: Number(index), hashes }))
}
