import { type Bytes, equalBytes, fromBase64Url, sha256, toBase64Url, toHex, utf8 } from './bytes.ts'
import { canonical } from './canonical.ts'
import { ProofError } from './error.ts'
import { putAt } from './pointer.ts'

/** What a leaf of the log says of an event (docs/design/log-pack.md). */
export interface Entry {
  readonly id: string
  /** Milliseconds since 1970 (UTC). */
  readonly time: number
  readonly commitment: Bytes
}

/** What an event said, with the salts that its commitments need. */
export interface Opening {
  /** base64url */
  readonly salt: string
  /** Canonical JSON of the document without what is somebody's, and of the commitments to that. */
  readonly body: string
  readonly openings: Readonly<Record<string, { readonly salt: string; readonly value: unknown }>>
}

export interface Content {
  readonly document: unknown
  /** JSON Pointers of what was erased; `[erased]` stands there. */
  readonly erased: readonly string[]
}

const ERASED = '[erased]'
const SALT_BYTES = 16

/** 57 bytes: 0x01, the id, the time as 8 bytes big-endian, the commitment. @throws ProofError */
export function parseEntry(bytes: Bytes): Entry {
  if (bytes.length !== 57 || bytes[0] !== 1) throw new ProofError('The entry of the log is malformed.')
  const id = toHex(bytes.subarray(1, 17)).replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-')
  const time = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(17))
  return { id, time, commitment: bytes.slice(25) }
}

/**
 * Checks that this is what the entry commits to, value by value, and puts the document together.
 * @throws ProofError when it is not
 */
export async function openContent(
  { id, time, commitment }: Entry,
  { salt, body, openings }: Opening,
): Promise<Content> {
  const eventSalt = saltOf(salt)
  if (!equalBytes(await sha256(utf8('holdfast/event/v1\n'), eventSalt, utf8(body)), commitment)) {
    throw new ProofError('What the event says is not what was recorded.')
  }
  const { document, fields } = parseBody(body)
  const foreign = Object.keys(openings).find((pointer) => !Object.hasOwn(fields, pointer))
  if (foreign !== undefined) throw new ProofError(`A value was added that was not recorded: ${foreign}.`)
  const erased: string[] = []
  for (const [pointer, expected] of Object.entries(fields)) {
    const opening = Object.hasOwn(openings, pointer) ? openings[pointer] : undefined
    if (opening === undefined) erased.push(pointer)
    else if ((await fieldCommitment(opening)) !== expected) {
      throw new ProofError(`The value of ${pointer} is not the one that was recorded.`)
    }
    if (!putAt(document, pointer, opening === undefined ? ERASED : opening.value)) {
      throw new ProofError(`There is no place for ${pointer}.`)
    }
  }
  if (!names(document, id, time)) throw new ProofError('The event says another id or time than its entry.')
  return { document, erased }
}

async function fieldCommitment({ salt, value }: Opening['openings'][string]): Promise<string> {
  return toBase64Url(await sha256(utf8('holdfast/event-field/v1\n'), saltOf(salt), utf8(canonical(value))))
}

function saltOf(text: string): Bytes {
  const salt = fromBase64Url(text)
  if (salt?.length !== SALT_BYTES) throw new ProofError('A salt is malformed.')
  return salt
}

function parseBody(text: string): { readonly document: unknown; readonly fields: Readonly<Record<string, string>> } {
  try {
    const { document, fields } = JSON.parse(text) as { document: unknown; fields: Record<string, string> }
    if (typeof fields === 'object' && fields !== null) return { document, fields }
  } catch {
    // Said below.
  }
  throw new ProofError('What the event says cannot be read.')
}

/** The document's `metadata.uid` is the event's id, its `time` the entry's. */
function names(document: unknown, id: string, time: number): boolean {
  const { metadata, time: said } = (document ?? {}) as { metadata?: { uid?: unknown } | null; time?: unknown }
  return metadata?.uid === id && said === time
}
