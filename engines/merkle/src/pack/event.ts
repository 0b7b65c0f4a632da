import { openDocument, parseBody, verifyDocument } from '@holdfast/events'
import { type Entry, parseEntry } from '../entry.ts'
import { MerkleError } from '../error.ts'
import type { EventOpening } from './lines.ts'
import { PackError } from './result.ts'

/** An event whose place in the tree is proven. */
export interface ProvenEvent {
  readonly seq: number
  readonly entry: Entry
  /** The OCSF document; null when what the event said is no longer there, or not for whoever asked. */
  readonly document: unknown
  /** JSON Pointers into the document of what was erased; `[erased]` stands there. */
  readonly erased: readonly string[]
}

/**
 * Checks that what an event says is what its entry commits to, and that it names the entry's event and time.
 * @param bytes the entry, of which the caller has shown that it is at its place
 * @throws PackError `event_content`
 */
export function openEvent(seq: number, bytes: Uint8Array, opening: EventOpening | null): ProvenEvent {
  try {
    const entry = parseEntry(bytes)
    if (opening === null) return { seq, entry, document: null, erased: [] }
    const { salt, body, openings } = opening
    if (!verifyDocument(body, Buffer.from(salt, 'base64url'), entry.commitment)) {
      throw new PackError('event_content', `What event ${seq} says is not what was recorded.`, seq)
    }
    const { document, erased } = openDocument(parseBody(body), openings)
    if (!names(document, entry)) {
      throw new PackError('event_content', `Event ${seq} says another id or time than its entry.`, seq)
    }
    return { seq, entry, document, erased }
  } catch (error) {
    if (error instanceof PackError) throw error
    const code = error instanceof MerkleError ? 'event_altered' : 'event_content'
    throw new PackError(
      code,
      `Event ${seq} cannot be opened: ${error instanceof Error ? error.message : String(error)}`,
      seq,
    )
  }
}

/** The document's `metadata.uid` is the event's id, its `time` the entry's. */
function names(document: unknown, { id, time }: Entry): boolean {
  if (typeof document !== 'object' || document === null) return false
  const { metadata, time: said } = document as { metadata?: { uid?: unknown } | null; time?: unknown }
  return metadata?.uid === id && said === time
}
