import {
  CommitmentError,
  type OcsfEvent,
  openDocument,
  type Opening,
  type Openings,
  parseBody,
  type PersonalField,
  SALT_BYTES,
  viewOf,
} from '@holdfast/events'
import { OpenError } from '@holdfast/envelope'
import type { Db } from './db.ts'
import { Fault } from '../../platform/errors.ts'
import type { Describe } from './describe.ts'
import { type ReadRow, selectRows } from './store/read.ts'
import { bodyPlace, type LedgerKeys, type StoredEvent, subjectPlace } from './stored.ts'

/** @returns the events of these rows */
export type OpenRows = (tx: Db, rows: readonly ReadRow[]) => Promise<readonly StoredEvent[]>

/** @returns the tenant's events of these ids, in their order; ids that it does not have are left out */
export type ReadEvents = (tx: Db, ids: readonly string[]) => Promise<readonly StoredEvent[]>

export interface ReadDeps {
  readonly keys: LedgerKeys
  readonly describe: Describe
}

type Sealed = Parameters<LedgerKeys['openAll']>[1][number]

/**
 * Opens events. One that was changed in the database does not keep the others from being read: it comes as what its columns
 * say, with the problem.
 */
export function createReadEvents(openRows: OpenRows): ReadEvents {
  return async (tx, ids) => (ids.length === 0 ? [] : openRows(tx, await selectRows(tx, ids)))
}

export function createOpenRows({ keys, describe }: ReadDeps): OpenRows {
  return async (tx, rows) => {
    const items = rows.flatMap(sealedOf)
    const opened = await openEach(keys, tx, items)
    let at = 0
    return rows.map((row) => {
      const own = opened.slice(at, (at += 1 + row.subjects.length))
      return storedOf(row, own, () => describe(columnsOf(row), tx.tenant ?? '').document)
    })
  }
}

function sealedOf({ id, body, subjects, sealed }: ReadRow): Sealed[] {
  return [
    { place: bodyPlace(id), sealed: body },
    ...subjects.map((subject, n) => ({ place: subjectPlace(id, subject), sealed: sealed[n] ?? Buffer.alloc(0) })),
  ]
}

type Opened = Buffer | null | 'changed'

/** All with one question; when one of them does not open, each by itself. */
async function openEach(keys: LedgerKeys, tx: Db, items: readonly Sealed[]): Promise<readonly Opened[]> {
  try {
    return await keys.openAll(tx, items)
  } catch {
    const opened: Opened[] = []
    for (const item of items) opened.push(await openOne(keys, tx, item))
    return opened
  }
}

async function openOne(keys: LedgerKeys, tx: Db, item: Sealed): Promise<Opened> {
  try {
    return (await keys.openAll(tx, [item]))[0] ?? null
  } catch (error) {
    // Changed, moved, or its key is not there and was not destroyed either. A lost connection is another matter.
    if (error instanceof OpenError || (error instanceof Fault && error.error.code === 'key_missing')) return 'changed'
    throw error
  }
}

function storedOf(row: ReadRow, [body = null, ...parts]: readonly Opened[], fallback: () => OcsfEvent): StoredEvent {
  const { id, seq, commitment } = row
  const head = { id, seq: seq === null ? null : Number(seq), commitment }
  const broken = (problem: 'changed' | 'key_destroyed'): StoredEvent => {
    const document = fallback()
    return { ...head, view: columnsOf(row), document, erased: [], evidence: null, problem }
  }
  if (body === null) return broken('key_destroyed')
  if (body === 'changed' || parts.includes('changed')) return broken('changed')
  try {
    const text = body.toString('utf8', SALT_BYTES)
    const committed = parseBody(text)
    const openings: Record<string, Opening> = {}
    const owners: PersonalField[] = []
    for (const [n, part] of parts.entries()) {
      const own = openingsOf(part as Buffer | null)
      Object.assign(openings, own)
      const subject = row.subjects[n] ?? null
      owners.push(...Object.keys(own).map((pointer) => ({ pointer, subject })))
    }
    const { document, erased } = openDocument(committed, openings)
    const evidence = { salt: body.subarray(0, SALT_BYTES), body: text, committed, openings, owners }
    return {
      ...head,
      view: viewOf(document as OcsfEvent),
      document: document as OcsfEvent,
      erased,
      evidence,
      problem: null,
    }
  } catch (error) {
    if (error instanceof CommitmentError) return broken('changed')
    throw error
  }
}

function openingsOf(part: Buffer | null): Openings {
  return part === null ? {} : (JSON.parse(part.toString('utf8')) as Openings)
}

/** What is left of an event that cannot be opened. */
function columnsOf(row: ReadRow): StoredEvent['view'] {
  return {
    id: row.id,
    time: row.time.toISOString(),
    kind: row.kind,
    outcome: row.outcome,
    actor: row.actor_type === null || row.actor_id === null ? null : { type: row.actor_type, id: row.actor_id },
    resource:
      row.resource_type === null || row.resource_id === null ? null : { type: row.resource_type, id: row.resource_id },
    application: row.application,
    reason: row.reason,
    source: { address: null, userAgent: null },
    requestId: row.request_id,
    data: {},
  }
}
