import { parseEntries } from './bundle.ts'
import { MerkleError } from './error.ts'
import { HASH_BYTES, leafHashes } from './hash.ts'
import { openSigned, type VerifyOptions } from './pack/open.ts'
import { type PackStep, planPack } from './pack/plan.ts'
import { PackError, type PackFailureCode } from './pack/result.ts'
import { equalBytes } from './text.ts'
import { createTileCheck } from './tile-check.ts'
import { TILE_WIDTH, type TileId, tilePath } from './tile.ts'

/** Where a log is read: what `/log/tile/...` gives. */
export interface LogSource {
  /** The hashes of a tile, or, with level `'entries'`, a bundle of entries; undefined when the log does not have it. */
  readonly tile: (tile: TileId) => Promise<Uint8Array | undefined>
}

export interface LogOptions extends Omit<VerifyOptions, 'onEvent'> {
  /** The first event whose entry is read, from 1; those before it are checked as far as the tree says. 1 if nothing is said. */
  readonly from?: number | undefined
  /** Sees each entry (the leaf's data) as soon as it is shown to be at its place, which is from 1. */
  readonly onEntry?: ((seq: number, entry: Uint8Array) => void) | undefined
}

export type LogResult = LogCheck | LogFailure

/** The entries from `from` on are those of the tree that was signed. */
export interface LogCheck {
  readonly ok: true
  readonly origin: string
  readonly vkey: string
  readonly keyTrusted: boolean
  readonly size: number
  /** In hexadecimal. */
  readonly root: string
  readonly from: number
  /** How many checkpoints that were kept it was compared with, and found to be of one history. */
  readonly anchors: number
}

export interface LogFailure {
  readonly ok: false
  readonly code: PackFailureCode
  /** Place of the first bad event, where it is one. */
  readonly seq: number | null
  readonly detail: string
}

/** How many tiles are asked for before the first one of them has come. */
const AHEAD = 8

/**
 * Reads a log from its tiles and entries, and recomputes its tree: each entry is hashed and found in the tile of its leaves, each tile in the
 * one above, and these make the root that was signed. Anchors are compared as trees that this one must begin with.
 * @param signed the verifier key of the log, and its checkpoint as a signed note
 * @throws what `source` throws
 */
export async function verifyLog(
  source: LogSource,
  { vkey, checkpoint: note }: { readonly vkey: string; readonly checkpoint: string },
  { from = 1, onEntry, ...options }: LogOptions = {},
): Promise<LogResult> {
  try {
    const { checkpoint, keyTrusted, anchors } = openSigned(vkey, note, options)
    const { origin, size, root } = checkpoint
    const check = createTileCheck(size, root)
    for await (const { step, bytes } of ahead(wanted(size, from, anchors.sizes), source)) {
      if (bytes === undefined) throw missing(step)
      if (step.kind === 'tile') check.accept(step.tile, bytes, step.early)
      else compare(step, bytes, check.read(step.leaves), onEntry)
    }
    anchors.compare(check.read)
    return {
      ok: true,
      origin,
      vkey,
      keyTrusted,
      size,
      root: Buffer.from(root).toString('hex'),
      from,
      anchors: anchors.count,
    }
  } catch (error) {
    if (error instanceof PackError) return { ok: false, code: error.code, seq: error.seq, detail: error.message }
    if (error instanceof MerkleError) return { ok: false, code: 'tree', seq: null, detail: error.message }
    throw error
  }
}

/** What is to be read, and what for. */
interface Wanted {
  readonly step: PackStep
  readonly tile: TileId
}

interface Read {
  readonly step: PackStep
  readonly bytes: Uint8Array | undefined
}

/** In its order; for a group of events it is their bundle. */
function* wanted(size: number, from: number, older: readonly number[]): Generator<Wanted> {
  for (const step of planPack({ from: Math.min(from, size + 1), to: size, size, older })) {
    yield { step, tile: step.kind === 'tile' ? step.tile : { ...step.leaves, level: 'entries' } }
  }
}

/** Reads some tiles ahead of the one that is looked at. */
async function* ahead(all: Iterable<Wanted>, source: LogSource): AsyncGenerator<Read> {
  const queue: Promise<Read>[] = []
  for (const { step, tile } of all) {
    const next = source.tile(tile).then((bytes) => ({ step, bytes }))
    // Looked at when its turn comes; until then a failure must not end the process.
    next.catch(() => undefined)
    queue.push(next)
    if (queue.length > AHEAD) for (const first of queue.splice(0, 1)) yield await first
  }
  for (const next of queue) yield await next
}

function missing(step: PackStep): PackError {
  if (step.kind === 'tile') return new PackError('tree', `The log does not have its tile ${tilePath(step.tile)}.`)
  const first = step.leaves.index * TILE_WIDTH + 1
  const detail = `Of the events ${first} to ${first + step.leaves.width - 1} at least one is missing.`
  return new PackError('event_missing', detail, first)
}

/** @throws PackError when an entry is not the one of the tree */
function compare(
  { leaves, from }: PackStep & { readonly kind: 'events' },
  bundle: Uint8Array,
  hashes: Uint8Array,
  onEntry: LogOptions['onEntry'],
): void {
  const first = leaves.index * TILE_WIDTH + 1
  const entries = entriesOf(bundle, leaves.width, from)
  const computed = leafHashes(entries)
  for (const [at, entry] of entries.entries()) {
    const seq = first + at
    const own = computed.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)
    if (!equalBytes(own, hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES))) {
      throw new PackError('event_altered', `Event ${seq} is not what the tree has there.`, seq)
    }
    if (seq >= from) onEntry?.(seq, entry)
  }
}

function entriesOf(bundle: Uint8Array, width: number, seq: number): Uint8Array[] {
  try {
    return parseEntries(bundle, width)
  } catch (error) {
    if (error instanceof MerkleError)
      throw new PackError('event_missing', `From event ${seq} on: ${error.message}`, seq)
    throw error
  }
}
