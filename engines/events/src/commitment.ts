import { hash } from 'node:crypto'
import { canonicalize } from './json.ts'
import { ERASED, type PersonalField } from './personal.ts'
import { valueAt, withValues } from './pointer.ts'

/** Bytes of a salt: what is committed to cannot be guessed without it, however few values there are. */
export const SALT_BYTES = 16

const EVENT_DOMAIN = 'holdfast/event/v1\n'
const FIELD_DOMAIN = 'holdfast/event-field/v1\n'

/** What the tree commits to: the document without what is somebody's, and a commitment to each value that was taken out. */
export interface CommittedBody<Document = unknown> {
  /** null at each place of `fields` */
  readonly document: Document
  /** by JSON Pointer (RFC 6901) into the document: SHA-256 of the salted value, base64url */
  readonly fields: Readonly<Record<string, string>>
}

/** What shows that a value is the one that was committed to. */
export interface Opening {
  /** base64url */
  readonly salt: string
  readonly value: unknown
}

/** By JSON Pointer. */
export type Openings = Readonly<Record<string, Opening>>

export interface CommittedDocument {
  /** RFC 8785 canonical JSON of the `CommittedBody`: to be kept as it is, since its bytes are hashed */
  readonly body: string
  /** 32 bytes */
  readonly commitment: Buffer
  /** by subject (`Person/<id>`): kept apart from the body, under that person's key */
  readonly openings: ReadonlyMap<string, Openings>
}

/** Why a body, an opening or a commitment is not what was recorded. */
export class CommitmentError extends Error {}

/** Bytes of salt that `commitDocument` takes: for the event, and for each field that is somebody's. */
export function saltBytes(personal: readonly PersonalField[]): number {
  let salts = 1
  for (const { subject } of personal) if (subject !== null) salts += 1
  return salts * SALT_BYTES
}

/**
 * Commits to a document so that what is somebody's can be erased later and the rest still be verified. A personal field of
 * nobody we know stays in the body.
 *
 *     field      = SHA-256("holdfast/event-field/v1\n" || salt || canonical value)
 *     commitment = SHA-256("holdfast/event/v1\n" || event's salt || body)
 * @param salts `saltBytes(personal)` random bytes, used for nothing else: the event's, then the fields' in their order
 * @throws RangeError when a field is not in the document, or lies inside of another
 */
export function commitDocument(
  document: unknown,
  personal: readonly PersonalField[],
  salts: Uint8Array,
): CommittedDocument {
  if (salts.length !== saltBytes(personal)) throw new RangeError('The salts do not fit the fields.')
  const fields: Record<string, string> = {}
  const openings = new Map<string, Record<string, Opening>>()
  let at = SALT_BYTES
  for (const { pointer, subject } of personal) {
    if (subject === null) continue
    if (fields[pointer] !== undefined) throw new RangeError(`${pointer} is there twice.`)
    const salt = salts.subarray(at, (at += SALT_BYTES))
    const value = valueAt(document, pointer)
    if (value === undefined) throw new RangeError(`There is nothing at ${pointer}.`)
    fields[pointer] = fieldCommitment(salt, value)
    const own = openings.get(subject) ?? {}
    own[pointer] = { salt: text(salt), value }
    openings.set(subject, own)
  }
  // A field inside of another is not found once that one is null.
  const blank = withValues(
    document,
    Object.keys(fields)
      .toSorted()
      .map((pointer): [string, null] => [pointer, null]),
  )
  const body = canonicalize({ document: blank, fields })
  return { body, commitment: commitmentOf(body, salts.subarray(0, SALT_BYTES)), openings }
}

/** The commitment to a body, as the log's entry has it: 32 bytes. */
export function commitmentOf(body: string, salt: Uint8Array): Buffer {
  return Buffer.from(hashed(EVENT_DOMAIN, salt, body, 'binary'), 'binary')
}

/** Whether this body, with this salt, is what was committed to. It does not look at openings: `openDocument` does. */
export function verifyDocument(body: string, salt: Uint8Array, commitment: Uint8Array): boolean {
  return salt.length === SALT_BYTES && commitmentOf(body, salt).equals(commitment)
}

/** @throws CommitmentError when it is not the text of a body */
export function parseBody(text: string): CommittedBody {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new CommitmentError('The body is no JSON.')
  }
  if (!isRecord(value) || !('document' in value) || !isRecord(value['fields'])) {
    throw new CommitmentError('The body has not the form of one.')
  }
  const fields: Record<string, string> = {}
  for (const [pointer, commitment] of Object.entries(value['fields'])) {
    if (typeof commitment !== 'string') throw new CommitmentError(`The commitment to ${pointer} is no text.`)
    fields[pointer] = commitment
  }
  return { document: value['document'], fields }
}

/**
 * The document with the values that are still there; `[erased]` stands for the others.
 * @returns also the pointers of what is not there
 * @throws CommitmentError when a value is not the one that was committed to, or has no place in the body
 */
export function openDocument(
  body: CommittedBody,
  openings: Openings,
): { readonly document: unknown; readonly erased: readonly string[] } {
  for (const pointer of Object.keys(openings)) {
    if (!Object.hasOwn(body.fields, pointer)) throw new CommitmentError(`The body has no field ${pointer}.`)
  }
  const erased: string[] = []
  const values: [string, unknown][] = []
  for (const [pointer, commitment] of Object.entries(body.fields)) {
    const opening = Object.hasOwn(openings, pointer) ? openings[pointer] : undefined
    if (opening === undefined) erased.push(pointer)
    else if (!opens(opening, commitment)) throw new CommitmentError(`${pointer} is not what was recorded.`)
    values.push([pointer, opening === undefined ? ERASED : opening.value])
  }
  try {
    return { document: withValues(body.document, values), erased }
  } catch {
    throw new CommitmentError('A field of the body is not in its document.')
  }
}

function opens({ salt, value }: Opening, commitment: string): boolean {
  const bytes = Buffer.from(salt, 'base64url')
  return bytes.length === SALT_BYTES && value !== undefined && fieldCommitment(bytes, value) === commitment
}

function fieldCommitment(salt: Uint8Array, value: unknown): string {
  return hashed(FIELD_DOMAIN, salt, canonicalize(value), 'base64url')
}

let parts = Buffer.allocUnsafeSlow(4096)

/** SHA-256 of these in a row, in one call: an object that takes them one by one costs more than the hash of most. */
function hashed(domain: string, salt: Uint8Array, text: string, encoding: 'binary' | 'base64url'): string {
  const most = domain.length + salt.length + 3 * text.length
  if (parts.length < most) parts = Buffer.allocUnsafeSlow(most)
  const at = parts.write(domain, 'latin1')
  parts.set(salt, at)
  const end = at + salt.length + parts.write(text, at + salt.length, 'utf8')
  return hash('sha256', parts.subarray(0, end), encoding)
}

function text(salt: Uint8Array): string {
  return Buffer.from(salt.buffer, salt.byteOffset, salt.byteLength).toString('base64url')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
