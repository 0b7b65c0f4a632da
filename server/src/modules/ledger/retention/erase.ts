import { sql } from 'kysely'
import { setTimeout as sleep } from 'node:timers/promises'
import { asSystemIn } from '../../../platform/database/elevate.ts'
import { ok, type Outcome, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Read, Tx } from '../../../platform/work.ts'
import type { Keyring } from '../../keys/index.ts'
import type { Db } from '../db.ts'
import { retentionErrors } from './errors.ts'
import { digestOf, type Places, tellRemoval } from './removal.ts'

export interface Erasure {
  readonly subject: Uid
  readonly events: number
  readonly keys: number
  readonly remains: readonly string[]
}

const remains = [
  'The events themselves, their places and their proofs: what was the person’s in them reads as erased.',
  'The id of the person, under which events name who acted and who was acted upon. It says nothing by itself.',
  'What others wrote about the person in free text that nothing marked as theirs, until the retention of its event is over.',
  'Keyed hashes of the words that readers of the log searched for, from which nothing can be read back.',
  'Copies made before: exports, sinks, backups of the key table (docs/guide/retention-and-erasure.md).',
] as const

export interface EraseDeps {
  readonly keys: Pick<Keyring, 'destroySubject'>
  /** whether the person still has an account: their keys close what the other modules keep of them, too */
  readonly personExists: (tx: Tx, id: string) => Promise<boolean>
}

/** Waits a moment until the person's newest events have their place: a removal tells the places that it concerns. */
export async function settled(read: Read, { type, id }: Uid): Promise<void> {
  for (let tries = 0; tries < 20; tries += 1) {
    if (!(await read((tx) => anyUnplaced(tx, `${type}/${id}`)))) return
    await sleep(100)
  }
}

/**
 * Erases a person from the log: their key is destroyed, and what was encrypted under it deleted. Every proof stays valid, since
 * an event commits to salted hashes of what was theirs. Not while something of them is held.
 */
export async function erasePerson(
  tx: Tx,
  subject: Uid,
  now: Date,
  { keys, personExists }: EraseDeps,
): Promise<Outcome<Erasure>> {
  const whose = `${subject.type}/${subject.id}`
  const refusal = await erasureRefusal(tx, subject, personExists)
  if (refusal !== undefined) return refusal
  const { places, count, unplaced } = await placesOf(tx, whose)
  if (unplaced > 0) return refuse(retentionErrors.subject_busy, {}, {}, { headers: { 'retry-after': '2' } })
  const { keys: destroyed } = await keys.destroySubject(tx, whose)
  const digest = digestOf(places)
  const event = await tx.record({
    kind: 'person.erased_from_log',
    resource: subject,
    data: { events: count, keys: destroyed, seqs: digest },
  })
  await tellRemoval(tx, event, { what: 'erased', places, digest }, now)
  await sql`
    DELETE FROM saved_searches
    WHERE tenant_id = current_tenant() AND owner_type = ${subject.type} AND owner_id = ${subject.id}`.execute(
    tx.kysely(),
  )
  await asSystemIn(tx, () => sql`SELECT erase_event_subject(${tx.tenant}::uuid, ${whose})`.execute(tx.kysely()))
  return ok({ subject, events: count, keys: destroyed, remains })
}

/** Why a person's keys may not be destroyed now, wherever that is asked: they have an account, or something of them is held. */
async function erasureRefusal(
  tx: Tx,
  subject: Uid,
  personExists: EraseDeps['personExists'],
): Promise<Refused | undefined> {
  if (await personExists(tx, subject.id)) return refuse(retentionErrors.subject_exists, { person: subject.id })
  // A hold that is being placed is waited for; one that comes later finds nothing left to hold.
  await sql`SELECT pg_advisory_xact_lock_shared(x'401d0004'::int)`.execute(tx.kysely())
  const hold = await holdOf(tx, subject)
  return hold === undefined ? undefined : refuse(retentionErrors.subject_held, { hold })
}

/** @returns the hold that names the person, or one that holds an event in which something is theirs */
async function holdOf(tx: Db, { type, id }: Uid): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    SELECT h.id FROM legal_holds h
    WHERE h.tenant_id = current_tenant() AND h.released_at IS NULL
      AND ((h.subject_type = ${type} AND h.subject_id = ${id})
        OR EXISTS (
          SELECT FROM event_subjects s JOIN events e ON e.tenant_id = s.tenant_id AND e.id = s.event_id
          WHERE s.tenant_id = h.tenant_id AND s.subject = ${`${type}/${id}`}
            AND (h.since IS NULL OR e.time >= h.since) AND (h.until IS NULL OR e.time < h.until)
            AND (h.subject_type IS NULL
              OR (h.subject_type = e.actor_type AND h.subject_id = e.actor_id)
              OR (h.subject_type = e.resource_type AND h.subject_id = e.resource_id)
              OR EXISTS (SELECT FROM event_subjects o WHERE o.tenant_id = s.tenant_id AND o.event_id = s.event_id
                         AND o.subject = h.subject_type || '/' || h.subject_id))))
    ORDER BY h.placed_at LIMIT 1`.execute(tx.kysely())
  return rows[0]?.id
}

async function placesOf(tx: Db, whose: string): Promise<{ places: Places; count: number; unplaced: number }> {
  const { rows } = await sql<{ places: Places; count: number; unplaced: number }>`
    SELECT coalesce(range_agg(int8range(l.seq, l.seq, '[]')), '{}')::text AS places, count(*)::int AS count,
           count(*) FILTER (WHERE l.seq IS NULL)::int AS unplaced
    FROM event_subjects s LEFT JOIN log_entries l ON l.tenant_id = s.tenant_id AND l.event_id = s.event_id
    WHERE s.tenant_id = current_tenant() AND s.subject = ${whose}`.execute(tx.kysely())
  return rows[0] ?? { places: '{}', count: 0, unplaced: 0 }
}

async function anyUnplaced(tx: Db, whose: string): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    SELECT EXISTS (SELECT FROM event_subjects s
      WHERE s.tenant_id = current_tenant() AND s.subject = ${whose}
        AND NOT EXISTS (SELECT FROM log_entries l WHERE l.tenant_id = s.tenant_id AND l.event_id = s.event_id)) AS any`.execute(
    tx.kysely(),
  )
  return rows[0]?.any === true
}
