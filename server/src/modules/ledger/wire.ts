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

const place = z
  .string()
  .regex(/^\d{1,15}$/, 'is not a place in the log')
  .transform(Number)

export const ConsistencyQuery = z.strictObject({ from: place, to: place.optional() })

export const Consistency = z.object({
  from: z.int().positive(),
  to: z.int().positive(),
  /** base64, the lowest first (RFC 6962, 2.1.2) */
  hashes: z.array(z.string()),
})

export const PackQuery = z
  .strictObject({
    from: place,
    to: place,
    /** sizes of earlier trees, ascending, separated by commas */
    older: z
      .string()
      .regex(/^\d{1,15}(?:,\d{1,15}){0,99}$/, 'are sizes separated by commas')
      .transform((text) => text.split(',').map(Number)),
  })
  .partial()
