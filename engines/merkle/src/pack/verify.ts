import { createHash } from 'node:crypto'
import { MerkleError } from '../error.ts'
import { HASH_BYTES, leafHash } from '../hash.ts'
import { equalBytes } from '../text.ts'
import { createTileCheck, type TileCheck } from '../tile-check.ts'
import { TILE_WIDTH, type TileId, tilePath } from '../tile.ts'
import { openEvent } from './event.ts'
import type { PackedEvent, PackHeader } from './lines.ts'
import { type OpenedCheckpoint, openSigned, type VerifyOptions } from './open.ts'
import { type PackRange, type PackStep, planPack } from './plan.ts'
import { type PackLine, readHeader, readLine } from './read.ts'
import { PackError, type PackFailure, type PackResult } from './result.ts'

/** Takes a pack line by line, so that one of any size is verified in little memory. */
export interface PackVerifier {
  /** @param text a line without its newline */
  line(text: string): void
  /** @returns what was proven, when that was the last line */
  finish(): PackResult
}

/** What must come next: a tile, or one event. */
type Step =
  | { readonly kind: 'tile'; readonly tile: TileId; readonly keep: boolean }
  | { readonly kind: 'event'; readonly seq: number; readonly leaves: TileId }

interface Opened extends OpenedCheckpoint {
  readonly header: PackHeader
  readonly check: TileCheck
  readonly steps: Iterator<Step, undefined>
}

/** Verifies a whole pack that is in memory. */
export function verifyPack(lines: Iterable<string>, options: VerifyOptions = {}): PackResult {
  const verifier = createPackVerifier(options)
  for (const line of lines) verifier.line(line)
  return verifier.finish()
}

export function createPackVerifier(options: VerifyOptions = {}): PackVerifier {
  const digest = createHash('sha256')
  const found = { whole: 0, erased: 0, closed: 0 }
  let opened: Opened | undefined
  let next: Step | undefined
  let lines = 0
  let ended = false
  let failure: PackFailure | undefined
  /** An event that came before its turn: the line after it shows whether the other one is missing or behind. */
  let early: { readonly line: number; readonly seq: number; readonly instead: number } | undefined

  function take(text: string): void {
    if (ended) throw new PackError('malformed', 'There is more after the end.')
    if (opened === undefined) {
      opened = open(readHeader(text), options)
      next = opened.steps.next().value
      return
    }
    const line = readLine(text)
    if (early !== undefined) throw displaced(early.seq, early.instead, line)
    if (next === undefined) takeEnd(line, opened)
    else if (next.kind === 'tile') takeTile(line, next, opened)
    else takeEvent(line, next, opened)
  }

  function takeTile(line: PackLine, { tile, keep }: Step & { kind: 'tile' }, { check, steps }: Opened): void {
    const path = tilePath(tile)
    if (line.kind !== 'tile' || tilePath(line.tile) !== path) {
      throw new PackError('malformed', `Here must be the tile ${path}.`)
    }
    check.accept(tile, line.hashes, keep)
    next = steps.next().value
  }

  function takeEvent(line: PackLine, { seq, leaves }: Step & { kind: 'event' }, { check, steps }: Opened): void {
    if (line.kind !== 'event') throw new PackError('event_missing', `Event ${seq} is missing.`, seq)
    if (line.seq < seq)
      throw new PackError('event_misplaced', `Event ${line.seq} stands in place of event ${seq}.`, seq)
    if (line.seq > seq) {
      early = { line: lines, seq, instead: line.seq }
      return
    }
    judge(line, check.read(leaves))
    next = steps.next().value
  }

  function judge({ seq, entry, opening }: PackedEvent, hashes: Uint8Array): void {
    const hash = leafHash(entry)
    const at = (seq - 1) % TILE_WIDTH
    if (!equalBytes(hash, hashOf(hashes, at))) {
      const place = Array.from({ length: hashes.length / HASH_BYTES }, (_, each) => each).find((each) =>
        equalBytes(hash, hashOf(hashes, each)),
      )
      if (place === undefined) throw new PackError('event_altered', `Event ${seq} is not what the tree has there.`, seq)
      throw new PackError('event_misplaced', `In place of event ${seq} stands event ${seq - at + place}.`, seq)
    }
    const event = openEvent(seq, entry, opening)
    if (event.document === null) found.closed += 1
    else if (event.erased.length > 0) found.erased += 1
    else found.whole += 1
    options.onEvent?.(event)
  }

  function takeEnd(line: PackLine, { anchors, check }: Opened): void {
    if (line.kind === 'event') throw new PackError('malformed', `Event ${line.seq} is none of the pack's.`, line.seq)
    if (line.kind !== 'end') throw new PackError('malformed', 'Here must be the end.')
    anchors.compare(check.read)
    if (line.lines !== lines - 1 || line.digest !== digest.digest('hex')) {
      throw new PackError('digest', 'The file is damaged: it has not the hash that it ends with.')
    }
    ended = true
  }

  return {
    line: (text) => {
      if (failure !== undefined) return
      lines += 1
      try {
        take(text)
        if (!ended) digest.update(`${text}\n`)
      } catch (error) {
        failure = failureOf(error, early?.line ?? lines)
      }
    },
    finish: () => {
      if (failure !== undefined) return failure
      if (early !== undefined) return failureOf(displaced(early.seq, early.instead, undefined), early.line)
      if (opened === undefined || !ended) return failureOf(new PackError('cut_off', 'The file is cut off.'), lines + 1)
      const { header, checkpoint, keyTrusted, anchors } = opened
      const { vkey, from, to } = header
      const { origin, size, root } = checkpoint
      const proven = { origin, vkey, keyTrusted, size, root: Buffer.from(root).toString('hex'), from, to }
      return { ok: true, ...proven, events: to - from + 1, ...found, anchors: anchors.count }
    },
  }
}

function open(header: PackHeader, options: VerifyOptions): Opened {
  const signed = openSigned(header.vkey, header.checkpoint, options)
  const { size, root } = signed.checkpoint
  if (header.from > header.to) throw new PackError('malformed', 'A pack has at least one event.')
  return {
    ...signed,
    header,
    check: createTileCheck(size, root),
    steps: stepsOf({ ...header, size }, signed.anchors.tiles),
  }
}

function stepsOf(range: PackRange, kept: ReadonlySet<string>): Iterator<Step, undefined> {
  try {
    return singly(planPack(range), kept)
  } catch (error) {
    if (error instanceof RangeError) throw new PackError('malformed', error.message)
    throw error
  }
}

function* singly(plan: Iterable<PackStep>, kept: ReadonlySet<string>): Generator<Step, undefined> {
  for (const step of plan) {
    if (step.kind === 'tile') yield { kind: 'tile', tile: step.tile, keep: step.early || kept.has(tilePath(step.tile)) }
    else for (let seq = step.from; seq <= step.to; seq++) yield { kind: 'event', seq, leaves: step.leaves }
  }
}

function displaced(seq: number, instead: number, after: PackLine | undefined): PackError {
  return after?.kind === 'event' && after.seq === seq
    ? new PackError('event_misplaced', `Event ${seq} comes only after event ${instead}.`, seq)
    : new PackError('event_missing', `Event ${seq} is missing; event ${instead} stands in its place.`, seq)
}

function hashOf(hashes: Uint8Array, at: number): Uint8Array {
  return hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES)
}

function failureOf(error: unknown, line: number): PackFailure {
  if (error instanceof PackError) return { ok: false, code: error.code, line, seq: error.seq, detail: error.message }
  if (error instanceof MerkleError) return { ok: false, code: 'tree', line, seq: null, detail: error.message }
  throw error
}
