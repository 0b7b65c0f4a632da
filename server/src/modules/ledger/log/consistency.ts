import { consistencyProof, tilesForConsistency } from '@holdfast/merkle'
import type { Database } from '../../../platform/database/database.ts'
import { ok, type Outcome, refuse } from '../../../platform/outcome.ts'
import { errors } from '../errors.ts'
import { readHead } from '../store/head.ts'
import { loadTiles } from './tiles.ts'

export interface Consistency {
  readonly from: number
  readonly to: number
  /** base64, the lowest first (RFC 6962, 2.1.2) */
  readonly hashes: readonly string[]
}

/** Proves that the tree of `to` entries begins with that of `from`. */
export async function proveConsistency(
  database: Database,
  from: number,
  to: number | undefined,
): Promise<Outcome<Consistency>> {
  return database.asSystem(async (tx) => {
    const { size } = await readHead(tx)
    const end = to ?? size
    if (from < 1 || from > end || end > size) return refuse(errors.range_not_in_log, { size })
    const read = await loadTiles(tx, tilesForConsistency(from, end))
    return ok({ from, to: end, hashes: consistencyProof(from, end, read).map((hash) => hash.toString('base64')) })
  })
}
