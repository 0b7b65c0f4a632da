import { z } from 'zod'

/*
 * What the ledger answers. The schema of @holdfast/events guards what comes in; what goes out was stored already, so it
 * is described here without weighing its data again.
 */
const uid = { type: z.string(), id: z.string() }
const hash = z.string().regex(/^[0-9a-f]{64}$/)

const event = {
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

export const EventPage = z.object({
  items: z.array(z.object(event)),
  next: z.string().nullable(),
  latest: z.string(),
})

/** `leaf` and `hash` are null until the sequencer has given the event its place; `hash` builds on `previous`. */
export const EventWithPlace = z.object({
  ...event,
  leaf: hash.nullable(),
  hash: hash.nullable(),
  previous: hash.nullable(),
})

export const Head = z.object({ seq: z.int().min(0), hash, time: z.iso.datetime().nullable() })

export const ChainPage = z.object({
  items: z.array(
    z.object({ seq: z.int().positive(), id: z.uuid(), leaf: hash, hash, event: z.object(event).nullable() }),
  ),
  next: z.string().nullable(),
})

const place = z
  .string()
  .regex(/^\d{1,15}$/, 'is not a cursor that an earlier answer gave')
  .transform(Number)
const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'contains a character that is never stored')
/** In UTC: JavaScript takes offsets that PostgreSQL does not. Years 1 to 9999, which both can say. */
const time = z.iso
  .datetime({ offset: true })
  .refine((value) => /^(?!0000)\d{4}-/.test(toUtc(value)), 'is not a time that can be stored')
  .transform(toUtc)

function toUtc(value: string): string {
  const parsed = new Date(value)
  return Number.isNaN(parsed.getTime()) ? '' : parsed.toISOString()
}

export const EventQuery = z
  .strictObject({
    kind: text(64),
    actor: text(256),
    outcome: z.enum(['success', 'refused', 'failure']),
    application: text(63),
    query: text(200),
    since: time,
    until: time,
    before: place,
    /** the same as `before`, as in every other list */
    cursor: place,
    after: place,
    wait: z.coerce.number().min(0).max(25),
    limit: z.coerce.number().int().min(1).max(1000),
  })
  .partial()

export const ChainQuery = z.strictObject({ after: place, limit: z.coerce.number().int().min(1).max(1000) }).partial()
