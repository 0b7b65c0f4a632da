import { createHash } from 'node:crypto'
import { parseCheckpoint } from '../note/checkpoint.ts'
import { openNote } from '../note/note.ts'
import { createVerifier } from '../note/key.ts'
import type { TileId } from '../tile.ts'
import { endLine, eventLine, headerLine, type PackedEvent, type PackHeader, tileLine } from './lines.ts'
import { planPack } from './plan.ts'

/** Where the writer of a pack gets what it writes. */
export interface PackSource {
  /** The hashes of a tile: `32 * width` bytes. */
  readonly tile: (tile: TileId) => Promise<Uint8Array> | Uint8Array
  /** The events of a part of the range, at most 256, in their order and without a gap. */
  readonly events: (from: number, to: number) => Promise<readonly PackedEvent[]> | readonly PackedEvent[]
}

/**
 * Writes a pack, line by line (each without its newline): header, tiles from the top of the tree down, then each tile of leaves with its
 * events, and an end with the hash of all lines before (docs/design/log-pack.md).
 * @throws RangeError when the range is not in the tree of the checkpoint; MerkleError when the checkpoint is not signed by the key
 */
export async function* writePack(header: PackHeader, source: PackSource): AsyncGenerator<string> {
  const { size } = parseCheckpoint(openNote(header.checkpoint, [createVerifier(header.vkey)]).text)
  if (header.from > header.to) throw new RangeError('A pack has at least one event.')
  const steps = planPack({ ...header, size })
  const digest = createHash('sha256')
  let lines = 0
  const counted = (line: string): string => {
    digest.update(`${line}\n`)
    lines += 1
    return line
  }
  yield counted(headerLine(header))
  for (const step of steps) {
    if (step.kind === 'tile') {
      yield counted(tileLine(step.tile, await source.tile(step.tile)))
      continue
    }
    const { from, to } = step
    const events = await source.events(from, to)
    if (events.length !== to - from + 1)
      throw new RangeError(`Of the events ${from} to ${to} there are ${events.length}.`)
    for (const event of events) yield counted(eventLine(event))
  }
  yield endLine(lines, digest.digest('hex'))
}
