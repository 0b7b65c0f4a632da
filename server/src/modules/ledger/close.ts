import { type CommittedDocument, commitDocument, SALT_BYTES, saltBytes } from '@holdfast/events'
import type { Db } from './db.ts'
import type { Random } from '../../platform/random.ts'
import { indexTokens, type Tokeniser } from './index-tokens.ts'
import { rememberTokens } from './remember-tokens.ts'
import { type BlindIndex, searchPurpose } from './search/tokens.ts'
import type { EventRow, SubjectRow } from './store/insert.ts'
import { bodyPlace, type DescribedEvent, type LedgerKeys, ledgerPurpose, subjectPlace } from './stored.ts'

/** Events as their tables have them. */
export interface ClosedEvents {
  readonly rows: readonly EventRow[]
  readonly subjects: readonly SubjectRow[]
}

/**
 * Makes the rows of events: each is committed to, what is somebody's closed under that person's key and the rest under the
 * tenant's. Of those with the same id the first is taken.
 */
export type CloseEvents = (tx: Db, events: readonly DescribedEvent[]) => Promise<ClosedEvents>

export interface CloseDeps {
  readonly keys: LedgerKeys
  readonly random: Random
}

interface Committed extends DescribedEvent {
  readonly salt: Uint8Array
  readonly made: CommittedDocument
}

export function createCloseEvents({ keys, random }: CloseDeps): CloseEvents {
  // The key of an index never changes, so neither do its tokens.
  const remembered = new Map<string, (index: BlindIndex) => Tokeniser>()
  const tokeniserOf = (tenant: string): ((index: BlindIndex) => Tokeniser) => {
    const known = remembered.get(tenant) ?? rememberTokens()
    remembered.set(tenant, known)
    return known
  }

  return async (tx, events) => {
    const committed = commitAll(events, random)
    if (committed.length === 0) return { rows: [], subjects: [] }
    const tokeniser = tokeniserOf(tx.tenant ?? '')(await keys.blindIndex(tx, searchPurpose))
    const ring = await keys.ring(tx, wantedKeys(committed))
    const rows: EventRow[] = []
    const subjects: SubjectRow[] = []
    for (const { event, document, personal, salt, made } of committed) {
      const tokens = indexTokens(tokeniser, event, document, personal)
      rows.push({
        event,
        class: document.class_uid,
        severity: document.severity_id,
        ...tokens.shared,
        commitment: made.commitment,
        body: ring.close({ purpose: ledgerPurpose }, bodyPlace(event.id), saltAndBody(salt, made.body)),
      })
      for (const [subject, own] of tokens.bySubject) {
        const plain = JSON.stringify(made.openings.get(subject))
        const sealed = ring.close({ purpose: ledgerPurpose, subject }, subjectPlace(event.id, subject), plain)
        subjects.push({ event: event.id, subject, sealed, ...own })
      }
    }
    return { rows, subjects }
  }
}

/** The same id twice in one batch is the same event. */
function commitAll(events: readonly DescribedEvent[], random: Random): Committed[] {
  const unique = new Map(events.toReversed().map((described) => [described.event.id, described]))
  const wanted = [...unique.values()].toReversed()
  const salts = random.bytes(wanted.reduce((sum, { personal }) => sum + saltBytes(personal), 0))
  let at = 0
  return wanted.map((described) => {
    const own = salts.subarray(at, (at += saltBytes(described.personal)))
    return {
      ...described,
      salt: own.subarray(0, SALT_BYTES),
      made: commitDocument(described.document, described.personal, own),
    }
  })
}

function wantedKeys(committed: readonly Committed[]) {
  const messages = new Map<string, number>()
  for (const { made } of committed) {
    for (const subject of made.openings.keys()) messages.set(subject, (messages.get(subject) ?? 0) + 1)
  }
  return [
    { purpose: ledgerPurpose, messages: committed.length },
    ...Array.from(messages, ([subject, count]) => ({ purpose: ledgerPurpose, subject, messages: count })),
  ]
}

/** What is closed of an event: the salt, and the text that was hashed. */
function saltAndBody(salt: Uint8Array, body: string): Buffer {
  return Buffer.concat([salt, Buffer.from(body)])
}
