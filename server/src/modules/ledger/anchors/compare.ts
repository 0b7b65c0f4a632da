import { createVerifier, MerkleError, openNote, parseCheckpoint, rootOf, tilesForTree, treeAt } from '@holdfast/merkle'
import type { Database } from '../../../platform/database/database.ts'
import { loadTiles } from '../log/tiles.ts'
import { readHead } from '../store/head.ts'

/** What an anchor says of the log. */
export interface Anchored {
  readonly verdict: 'ok' | 'rolled_back' | 'forked' | 'foreign'
  /** entries of the log as the anchor has it; null where it is another log's */
  readonly size: number | null
  /** entries of the log as it is */
  readonly now: number
}

/** Compares the log with a checkpoint that was kept: whether it continues it. */
export async function compareWith(database: Database, vkey: string, note: string): Promise<Anchored> {
  const kept = opened(note, vkey)
  return database.asSystem(async (tx) => {
    const { size: now } = await readHead(tx)
    if (kept === undefined) return { verdict: 'foreign', size: null, now }
    const { size, root } = kept
    if (now < size) return { verdict: 'rolled_back', size, now }
    const same = await rootAt(tx, size, now).then(
      (ours) => ours.equals(root),
      (error: unknown) => {
        // A tile that is not there is a log that was tampered with, too.
        if (error instanceof MerkleError) return false
        throw error
      },
    )
    return { verdict: same ? 'ok' : 'forked', size, now }
  })
}

/** The root of the tree of the first `size` entries of a log of `now`. */
export async function rootAt(tx: Parameters<typeof loadTiles>[0], size: number, now: number): Promise<Buffer> {
  const read = await loadTiles(tx, tilesForTree(size, now))
  return rootOf(treeAt(size, now, read))
}

function opened(note: string, vkey: string): { size: number; root: Uint8Array } | undefined {
  try {
    return parseCheckpoint(openNote(note, [createVerifier(vkey)]).text)
  } catch (error) {
    if (error instanceof MerkleError) return undefined
    throw error
  }
}
