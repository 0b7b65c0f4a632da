import type { Openings } from '@holdfast/events'
import { type TileId, tilePath } from '../tile.ts'

/** Names the format in a pack's first line. */
export const PACK_FORMAT = 'holdfast.dev/log-pack@v1'

/** What an event said, so that its commitment can be computed (`commitDocument` in @holdfast/events). */
export interface EventOpening {
  /** base64url */
  readonly salt: string
  /** Canonical JSON: document and the commitments to what is somebody's. */
  readonly body: string
  /** Of the persons' fields, those that were not erased. */
  readonly openings: Openings
}

/** An event as a pack has it. */
export interface PackedEvent {
  readonly seq: number
  /** The leaf's data, see `encodeEntry`. */
  readonly entry: Uint8Array
  /** null when what the event said is no longer there, or is not for whoever asked. */
  readonly opening: EventOpening | null
}

/** What a pack says of itself. Everything in it is checked, nothing is believed. */
export interface PackHeader {
  readonly vkey: string
  /** The signed note. */
  readonly checkpoint: string
  readonly from: number
  readonly to: number
  readonly older: readonly number[]
}

export function headerLine({ vkey, checkpoint, from, to, older }: PackHeader): string {
  return JSON.stringify({ pack: PACK_FORMAT, vkey, checkpoint, from, to, older })
}

export function tileLine(tile: TileId, hashes: Uint8Array): string {
  return JSON.stringify({ tile: tilePath(tile), hashes: base64(hashes) })
}

export function eventLine({ seq, entry, opening }: PackedEvent): string {
  return JSON.stringify({ seq, entry: base64(entry), opening: opening && openingOf(opening) })
}

/** @param digest of all lines before, each with its newline */
export function endLine(lines: number, digest: string): string {
  return JSON.stringify({ end: lines, sha256: digest })
}

/** The members in their one order, whatever object they come in. */
export function openingOf({ salt, body, openings }: EventOpening): EventOpening {
  return { salt, body, openings }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
