import { GENESIS, type Event } from '@holdfast/events'
import type { Database } from '../../platform/database/database.ts'
import { ok, refuse, type Outcome } from '../../platform/outcome.ts'
import type { Read } from '../../platform/work.ts'
import { errors } from './errors.ts'
import { findEvent, readHash } from './store.ts'

export interface EventWithPlace extends Event {
  /** null until the sequencer has given the event its place, well within a second */
  readonly leaf: string | null
  readonly hash: string | null
  /** the hash that `hash` builds on */
  readonly previous: string | null
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export async function viewEvent(read: Read, database: Database, id: string): Promise<Outcome<EventWithPlace>> {
  const found = uuid.test(id) ? await read((tx) => findEvent(tx, id)) : undefined
  if (found === undefined) return refuse(errors.event_not_found, { event: id.slice(0, 64) })
  const { event, leaf, hash } = found
  return ok({ ...event, leaf, hash, previous: await previousHash(database, event.seq) })
}

async function previousHash(database: Database, seq: number | null): Promise<string | null> {
  if (seq === null) return null
  if (seq === 1) return GENESIS
  return (await database.asSystem((tx) => readHash(tx, seq - 1))) ?? null
}
