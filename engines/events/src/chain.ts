import { createHash } from 'node:crypto'
import type { Event, UnsequencedEvent } from './event.ts'
import { canonicalize } from './json.ts'

/** What stands before the first event: the hash that the event with seq 1 builds on. */
export const GENESIS: string = '0'.repeat(64)

const LEAF_DOMAIN = 'holdfast/event-leaf/v1\n'
const CHAIN_DOMAIN = 'holdfast/event-chain/v1\n'
const HASH = /^[0-9a-f]{64}$/

/**
 * The commitment to one event: SHA-256 over a versioned domain prefix and the RFC 8785 canonical JSON of the event without `seq`
 * (the place is bound by the chain, so that the leaf is known before the sequencer ran).
 * @returns 64 lower-case hexadecimal digits
 */
export function leafHash(event: UnsequencedEvent | Event): string {
  const content: Record<string, unknown> = { ...event }
  delete content['seq']
  return createHash('sha256').update(LEAF_DOMAIN).update(canonicalize(content)).digest('hex')
}

/**
 * The hash of the chain after `seq`: SHA-256 over a versioned domain prefix, seq as 8 bytes big-endian, the previous hash, the leaf.
 * @throws RangeError when a hash is not 64 lower-case hexadecimal digits or seq is not a positive safe integer
 */
export function chainHash(previous: string, leaf: string, seq: number): string {
  if (!HASH.test(previous) || !HASH.test(leaf)) throw new RangeError('A hash is 64 lower-case hexadecimal digits.')
  if (!Number.isSafeInteger(seq) || seq < 1) throw new RangeError('seq is a positive integer.')
  const place = Buffer.alloc(8)
  place.writeBigUInt64BE(BigInt(seq))
  return createHash('sha256')
    .update(CHAIN_DOMAIN)
    .update(place)
    .update(Buffer.from(previous, 'hex'))
    .update(Buffer.from(leaf, 'hex'))
    .digest('hex')
}

/** One link as `GET /ledger/chain` gives it; `event` is null when the reader may not see it or its payload is gone. */
export interface ChainEntry {
  readonly seq: number
  readonly leaf: string
  readonly hash: string
  readonly event: Event | null
}

/** A point of the chain that is taken as true: `{ seq: 0, hash: GENESIS }` or what an earlier run ended with. */
export interface ChainPoint {
  readonly seq: number
  readonly hash: string
}

export type ChainResult =
  | {
      readonly ok: true
      readonly seq: number
      readonly hash: string
      readonly checked: number
      readonly unseen: number
    }
  | { readonly ok: false; readonly seq: number; readonly reason: 'gap' | 'leaf' | 'hash'; readonly message: string }

/**
 * Checks that the entries continue the chain from `start` without a gap, that each leaf is the leaf of its event, and that each hash
 * follows from the one before.
 * @returns where the chain stands (with how many entries had no event to compare: `unseen`), or the first seq that is bad and why
 */
export function verifyChain(entries: Iterable<ChainEntry>, start: ChainPoint = { seq: 0, hash: GENESIS }): ChainResult {
  let { seq, hash } = start
  let checked = 0
  let unseen = 0
  for (const entry of entries) {
    const expected = seq + 1
    if (entry.seq !== expected) {
      return {
        ok: false,
        seq: expected,
        reason: 'gap',
        message: `Event ${expected} is missing; ${entry.seq} follows ${seq}.`,
      }
    }
    if (entry.event === null) unseen += 1
    else if (!leafMatches(entry, entry.event)) {
      return {
        ok: false,
        seq: expected,
        reason: 'leaf',
        message: `Event ${expected} is not what was recorded: its leaf differs.`,
      }
    }
    if (!HASH.test(entry.leaf) || chainHash(hash, entry.leaf, expected) !== entry.hash) {
      return {
        ok: false,
        seq: expected,
        reason: 'hash',
        message: `The chain breaks at event ${expected}: its hash does not follow.`,
      }
    }
    seq = expected
    hash = entry.hash
    checked += 1
  }
  return { ok: true, seq, hash, checked, unseen }
}

/** An event that cannot even be written as canonical JSON was not recorded by us. */
function leafMatches(entry: ChainEntry, event: Event): boolean {
  if (event.seq !== null && event.seq !== entry.seq) return false
  try {
    return leafHash(event) === entry.leaf
  } catch {
    return false
  }
}
