import type { Event } from '@holdfast/events'
import { leafHash } from '@holdfast/merkle'
import type { Transaction } from '../../platform/database/database.ts'
import { ok, refuse, type Outcome } from '../../platform/outcome.ts'
import type { Read } from '../../platform/work.ts'
import { errors } from './errors.ts'
import type { ReadEvents } from './read.ts'
import { readEntries } from './store/entries.ts'
import type { StoredEvent } from './stored.ts'
import { uuid } from '../../platform/uuid.ts'

export interface EventWithPlace {
  readonly event: Event
  readonly ocsf: Readonly<Record<string, unknown>>
  /** null until the sequencer has given the event its place, well within a second */
  readonly place: { readonly seq: number; readonly leafHash: string; readonly commitment: string } | null
  /** JSON Pointers into `ocsf` */
  readonly erased: readonly string[]
  readonly problem: StoredEvent['problem']
}

/** @returns the tenant's event of this id; undefined when it has none, also when the id is none */
export async function findEvent(tx: Transaction, readEvents: ReadEvents, id: string): Promise<StoredEvent | undefined> {
  return uuid.test(id) ? (await readEvents(tx, [id]))[0] : undefined
}

export function viewEvent(read: Read, readEvents: ReadEvents, id: string): Promise<Outcome<EventWithPlace>> {
  return read(async (tx) => {
    const found = await findEvent(tx, readEvents, id)
    if (found === undefined) return refuse(errors.event_not_found, { event: id.slice(0, 64) })
    const { view, document, seq, commitment, erased, problem } = found
    const entry = seq === null ? undefined : await readEntries(tx, seq, seq)
    const place =
      seq === null || entry === undefined
        ? null
        : { seq, leafHash: leafHash(entry.bytes).toString('hex'), commitment: commitment.toString('hex') }
    return ok({ event: { ...view, seq }, ocsf: { ...document }, place, erased, problem })
  })
}
