import { fromBase64 } from '../text.ts'
import { parseTilePath, type TileId } from '../tile.ts'
import { type EventOpening, PACK_FORMAT, type PackHeader } from './lines.ts'
import { PackError } from './result.ts'

/** A line of a pack after the first. */
export type PackLine =
  | { readonly kind: 'tile'; readonly tile: TileId; readonly hashes: Uint8Array }
  | { readonly kind: 'event'; readonly seq: number; readonly entry: Uint8Array; readonly opening: EventOpening | null }
  | { readonly kind: 'end'; readonly lines: number; readonly digest: string }

interface Members {
  readonly [name: string]: unknown
}

/** @throws PackError `malformed` */
export function readHeader(line: string): PackHeader {
  const { pack, vkey, checkpoint, from, to, older } = membersOf(line, 'pack,vkey,checkpoint,from,to,older')
  if (pack !== PACK_FORMAT) throw new PackError('malformed', `The first line does not say ${PACK_FORMAT}.`)
  if (typeof vkey !== 'string' || typeof checkpoint !== 'string') throw malformed()
  if (!isNumber(from) || !isNumber(to) || !Array.isArray(older) || !older.every(isNumber)) throw malformed()
  return { vkey, checkpoint, from, to, older }
}

/** @throws PackError `malformed` */
export function readLine(line: string): PackLine {
  if (line.startsWith('{"seq"')) {
    const { seq, entry, opening } = membersOf(line, 'seq,entry,opening')
    if (!isNumber(seq)) throw malformed()
    return { kind: 'event', seq, entry: bytesOf(entry), opening: openingFrom(opening) }
  }
  if (line.startsWith('{"tile"')) {
    const { tile, hashes } = membersOf(line, 'tile,hashes')
    const id = typeof tile === 'string' ? parseTilePath(tile) : undefined
    if (id === undefined) throw malformed()
    return { kind: 'tile', tile: id, hashes: bytesOf(hashes) }
  }
  const { end, sha256 } = membersOf(line, 'end,sha256')
  if (!isNumber(end) || typeof sha256 !== 'string') throw malformed()
  return { kind: 'end', lines: end, digest: sha256 }
}

/** What an event said, out of a pack or a proof; the openings themselves are looked at when they are opened. */
export function openingFrom(value: unknown): EventOpening | null {
  if (value === null) return null
  if (!isMembers(value) || Object.keys(value).join() !== 'salt,body,openings') throw malformed()
  const { salt, body, openings } = value
  if (!isSalt(salt) || typeof body !== 'string' || !isMembers(openings)) throw malformed()
  for (const opening of Object.values(openings)) {
    if (!isMembers(opening) || !isSalt(opening['salt'])) throw malformed()
  }
  return { salt, body, openings: openings as EventOpening['openings'] }
}

/** @returns the members of an object; refused unless the text is written as we write it, so that it cannot be read in two ways */
export function membersOf(text: string, names: string): Members {
  let value: unknown
  let same: boolean
  try {
    value = JSON.parse(text)
    same = JSON.stringify(value) === text
  } catch {
    throw malformed()
  }
  if (!same || !isMembers(value) || Object.keys(value).join() !== names) throw malformed()
  return value
}

export function bytesOf(value: unknown): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase64(value) : undefined
  if (bytes === undefined) throw malformed()
  return bytes
}

/** base64url in its one form: the last character of a salt has bits that say nothing. */
function isSalt(value: unknown): value is string {
  return typeof value === 'string' && Buffer.from(value, 'base64url').toString('base64url') === value
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(): PackError {
  return new PackError('malformed', 'The line is not what it must be.')
}
