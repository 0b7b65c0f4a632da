import { formatEventProof, inclusionProof, tilesForInclusion } from '@holdfast/merkle'
import type { Database } from '../../../platform/database/database.ts'
import { ok, type Outcome, refuse } from '../../../platform/outcome.ts'
import { errors } from '../errors.ts'
import { findEvent } from '../find.ts'
import type { LogIdentity } from '../identity.ts'
import type { ReadEvents } from '../read.ts'
import { readEntries } from '../store/entries.ts'
import { readCheckpoint } from '../store/head.ts'
import { openingOf } from './pack.ts'
import { loadTiles } from './tiles.ts'

export interface ProofDeps {
  readonly database: Database
  readonly readEvents: ReadEvents
  readonly identity: () => Promise<LogIdentity>
}

/** The proof of one event under the newest checkpoint: a C2SP tlog-proof with what the event said. */
export async function proveEvent(deps: ProofDeps, tenant: string, id: string): Promise<Outcome<string>> {
  const { database, readEvents, identity } = deps
  const event = await database.asTenant(tenant, (tx) => findEvent(tx, readEvents, id), 'read')
  if (event === undefined) return refuse(errors.event_not_found, { event: id.slice(0, 64) })
  const { vkey } = await identity()
  const { seq } = event
  const proof = await database.asSystem(async (tx) => {
    const checkpoint = await readCheckpoint(tx)
    if (seq === null || checkpoint === undefined || checkpoint.size < seq) return undefined
    const { size, note } = checkpoint
    const index = seq - 1
    const read = await loadTiles(tx, tilesForInclusion(index, size))
    const { bytes: entry } = await readEntries(tx, seq, seq)
    const hashes = inclusionProof(index, size, read)
    return formatEventProof({ vkey, index, hashes, checkpoint: note, entry, opening: openingOf(event) })
  })
  return proof === undefined ? refuse(errors.event_not_placed, { event: id }) : ok(proof)
}
