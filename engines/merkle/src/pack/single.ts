import { MerkleError } from '../error.ts'
import { leafHash } from '../hash.ts'
import { verifyInclusion } from '../proof/inclusion.ts'
import { formatProof, type LogProof, parseProof } from '../proof-text.ts'
import { openEvent } from './event.ts'
import { type EventOpening, openingOf } from './lines.ts'
import { openSigned, type VerifyOptions } from './open.ts'
import { bytesOf, membersOf, openingFrom } from './read.ts'
import { PackError, type PackFailure, type PackResult } from './result.ts'

/** The proof of one event. */
export interface EventProof extends Omit<LogProof, 'extra'> {
  readonly vkey: string
  /** The leaf's data. */
  readonly entry: Uint8Array
  readonly opening: EventOpening | null
}

/**
 * The proof of one event as a C2SP tlog-proof; its extra data is JSON with the verifier key, the leaf's data and what the event said.
 * Whoever has only a verifier of such proofs finds the leaf in `entry`.
 */
export function formatEventProof({ vkey, entry, opening, ...proof }: EventProof): string {
  const said = { vkey, entry: Buffer.from(entry).toString('base64'), opening: opening && openingOf(opening) }
  return formatProof({ ...proof, extra: Buffer.from(JSON.stringify(said)) })
}

/** Verifies the proof of one event: its result is that of a pack with this event alone. */
export function verifyEventProof(text: string, options: VerifyOptions = {}): PackResult {
  try {
    return verify(text, options)
  } catch (error) {
    if (error instanceof PackError) return failure(error.code, error.seq, error.message)
    if (error instanceof MerkleError) return failure('malformed', null, error.message)
    throw error
  }
}

function verify(text: string, options: VerifyOptions): PackResult {
  const { extra, index, hashes, checkpoint: note } = parseProof(text)
  const { vkey, entry: encoded, opening } = membersOf(Buffer.from(extra ?? []).toString(), 'vkey,entry,opening')
  if (typeof vkey !== 'string') throw new PackError('malformed', 'The proof names no key.')
  const { checkpoint, keyTrusted, anchors } = openSigned(vkey, note, options)
  const entry = bytesOf(encoded)
  const { origin, size, root } = checkpoint
  const seq = index + 1
  if (!verifyInclusion({ leaf: leafHash(entry), index, size, root, proof: hashes })) {
    throw new PackError('event_altered', `Event ${seq} is not in the tree that was signed.`, seq)
  }
  anchors.compare(() => {
    throw new MerkleError('tile_wrong', 'A proof of one event has no tiles.')
  })
  const event = openEvent(seq, entry, openingFrom(opening))
  options.onEvent?.(event)
  const closed = event.document === null
  const erased = event.erased.length > 0
  return {
    ok: true,
    origin,
    vkey,
    keyTrusted,
    size,
    root: Buffer.from(root).toString('hex'),
    from: seq,
    to: seq,
    events: 1,
    whole: closed || erased ? 0 : 1,
    erased: erased ? 1 : 0,
    closed: closed ? 1 : 0,
    anchors: anchors.count,
  }
}

function failure(code: PackFailure['code'], seq: number | null, detail: string): PackFailure {
  return { ok: false, code, line: 1, seq, detail }
}
