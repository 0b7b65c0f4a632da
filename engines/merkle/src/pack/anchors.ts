import { MerkleError } from '../error.ts'
import { type Checkpoint, parseCheckpoint } from '../note/checkpoint.ts'
import type { Verifier } from '../note/key.ts'
import { openNote } from '../note/note.ts'
import { tilesForTree, treeAt, type TileReader } from '../proof/read.ts'
import { equalBytes } from '../text.ts'
import { tilePath } from '../tile.ts'
import { rootOf } from '../tree.ts'
import { PackError } from './result.ts'

/** Checkpoints that somebody kept where the log's owner cannot reach, to be compared with the one at hand. */
export interface Anchors {
  /** Sizes of those that were smaller, ascending, each once. */
  readonly sizes: readonly number[]
  /** Paths of the tiles that the comparison will read. */
  readonly tiles: ReadonlySet<string>
  /**
   * Compares with trees that were smaller, once the tiles are known.
   * @throws PackError `forked` when one is not the beginning of this tree, `anchor` when there is nothing to compare it with
   */
  compare(read: TileReader): void
  readonly count: number
}

/**
 * Opens the checkpoints and compares those that are not smaller.
 * @param keys that may have signed them
 * @throws PackError `anchor`, `forked`, `rolled_back`
 */
export function openAnchors(notes: readonly string[], checkpoint: Checkpoint, keys: readonly Verifier[]): Anchors {
  const anchors = notes.map((note) => opened(note, keys))
  for (const anchor of anchors) compareWhole(anchor, checkpoint)
  const smaller = anchors.filter(({ size }) => size > 0 && size < checkpoint.size)
  return {
    sizes: [...new Set(smaller.map(({ size }) => size))].toSorted((one, other) => one - other),
    tiles: new Set(smaller.flatMap(({ size }) => tilesForTree(size, checkpoint.size)).map(tilePath)),
    compare: (read) => {
      for (const { size, root } of smaller) {
        if (!equalBytes(rootAt(size, checkpoint.size, read), root)) throw forked(size, checkpoint.size)
      }
    },
    count: anchors.length,
  }
}

function opened(note: string, keys: readonly Verifier[]): Checkpoint {
  try {
    return parseCheckpoint(openNote(note, keys).text)
  } catch (error) {
    if (error instanceof MerkleError)
      throw new PackError('anchor', `An anchor is no checkpoint of this log: ${error.message}`)
    throw error
  }
}

function compareWhole(anchor: Checkpoint, { origin, size, root }: Checkpoint): void {
  if (anchor.origin !== origin) {
    throw new PackError('anchor', `An anchor is of the log ${anchor.origin}, and this is ${origin}.`)
  }
  if (anchor.size > size) {
    throw new PackError(
      'rolled_back',
      `The log had ${anchor.size} events in a checkpoint that was kept, and has ${size} here.`,
      size + 1,
    )
  }
  if (anchor.size === size && !equalBytes(anchor.root, root)) throw forked(size, size)
}

function rootAt(oldSize: number, size: number, read: TileReader): Buffer {
  try {
    return rootOf(treeAt(oldSize, size, read))
  } catch (error) {
    if (!(error instanceof MerkleError)) throw error
    const detail = `Nothing here compares with the anchor of ${oldSize} events: ask for it when the pack is made.`
    throw new PackError('anchor', detail)
  }
}

function forked(size: number, now: number): PackError {
  const detail = `Two histories were signed: the first ${size} of the ${now} events here are not those of a checkpoint that was kept.`
  return new PackError('forked', detail)
}
