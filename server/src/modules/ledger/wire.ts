import { z } from 'zod'

/*
 * What the ledger answers. The schema of @holdfast/events guards what comes in; what goes out was stored already, so it
 * is described here without weighing its data again.
 */
const uid = { type: z.string(), id: z.string() }
const hash = z.string().regex(/^[0-9a-f]{64}$/)

/** The compact view of an event. */
export const eventShape = {
  id: z.uuid(),
  seq: z.int().positive().nullable(),
  time: z.iso.datetime(),
  kind: z.string(),
  outcome: z.enum(['success', 'refused', 'failure']),
  actor: z.object({ ...uid, name: z.string().optional() }).nullable(),
  resource: z.object(uid).nullable(),
  application: z.string().nullable(),
  reason: z.string().nullable(),
  source: z.object({ address: z.string().nullable(), userAgent: z.string().nullable() }),
  requestId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
}

export const EventWithPlace = z.object({
  event: z.object(eventShape),
  ocsf: z.record(z.string(), z.unknown()),
  /** null until the sequencer has given the event its place */
  place: z.object({ seq: z.int().positive(), leafHash: hash, commitment: hash }).nullable(),
  /** JSON Pointers into `ocsf` */
  erased: z.array(z.string()),
  /** why the event cannot be opened; then only what its columns say is shown */
  problem: z.enum(['changed', 'key_destroyed']).nullable(),
})

export const Head = z.object({
  size: z.int().min(0),
  rootHash: hash,
  time: z.iso.datetime().nullable(),
  origin: z.string(),
  vkey: z.string(),
  /** the newest signed note; null while nothing was signed */
  checkpoint: z.string().nullable(),
})
