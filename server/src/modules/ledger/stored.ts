import type { CommittedBody, OcsfEvent, Openings, PersonalField, UnsequencedEvent } from '@holdfast/events'
import type { Keyring } from '../keys/index.ts'

/** What the ledger encrypts with. */
export type LedgerKeys = Pick<Keyring, 'ring' | 'openAll' | 'blindIndex' | 'encrypted' | 'installation'>

/** The purpose of the keys that close events: the tenant's own, and each person's. */
export const ledgerPurpose = 'ledger'

/** Where the two parts of an event are closed. */
export const bodyPlace = (event: string) => ({ table: 'events', row: event, column: 'body' })
export const subjectPlace = (event: string, subject: string) => ({
  table: 'event_subjects',
  row: `${event}/${subject}`,
  column: 'sealed',
})

/** An event as it is to be inserted: what it says in OCSF, and whose is what in it. */
export interface DescribedEvent {
  readonly event: UnsequencedEvent
  readonly document: OcsfEvent
  readonly personal: readonly PersonalField[]
}

/** What shows, together with the log's entry, that an event is the one that was recorded. */
export interface Evidence {
  /** 16 bytes */
  readonly salt: Buffer
  /** canonical JSON of a `CommittedBody` */
  readonly body: string
  readonly committed: CommittedBody
  /** of what was not erased */
  readonly openings: Openings
  /** whose they are */
  readonly owners: readonly PersonalField[]
}

/** An event as it is read. */
export interface StoredEvent {
  readonly id: string
  /** null until the sequencer has given it its place, well within a second */
  readonly seq: number | null
  /** what was erased is null or `[erased]` */
  readonly view: UnsequencedEvent
  readonly document: OcsfEvent
  /** JSON Pointers into the document */
  readonly erased: readonly string[]
  readonly commitment: Buffer
  /** null when the event cannot be opened: then view and document are made of the columns in clear, and `problem` says why */
  readonly evidence: Evidence | null
  readonly problem: 'changed' | 'key_destroyed' | null
}
