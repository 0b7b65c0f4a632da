import { z } from 'zod'

const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'contains a character that is never stored')
const time = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value))
  .refine((date) => date.getUTCFullYear() >= 1970 && date.getUTCFullYear() <= 9999, 'is not a time that can be stored')

/** `class:3002`, or `kind:session` for the kind `session` and all below it. */
export const target = /^(?:class:[1-9]\d{3,5}|kind:[a-z0-9_]+(?:\.[a-z0-9_]+)*)$/

export const NewRule = z.strictObject({ days: z.int().min(1).max(1_000_000) })

export const Rule = z.object({ target: z.string(), days: z.int(), changedAt: z.iso.datetime() })

export const Rules = z.object({
  /** days where no rule says otherwise */
  days: z.int(),
  leastDays: z.int(),
  mostDays: z.int(),
  rules: z.array(Rule),
})

/** Everything, or what names the subject, or what happened in a time, or both. */
export const NewHold = z
  .strictObject({
    reason: text(1_000),
    subject: z.strictObject({ type: text(200), id: text(256) }).optional(),
    since: time.optional(),
    until: time.optional(),
  })
  .refine(({ since, until }) => since === undefined || until === undefined || since < until, {
    path: ['until'],
    error: 'must be later than since',
  })
export type NewHold = z.output<typeof NewHold>

const uid = z.object({ type: z.string(), id: z.string() })

export const Hold = z.object({
  id: z.uuid(),
  subject: uid.nullable(),
  since: z.iso.datetime().nullable(),
  until: z.iso.datetime().nullable(),
  /** null when the key of the log was destroyed */
  reason: z.string().nullable(),
  placedAt: z.iso.datetime(),
  placedBy: uid.nullable(),
  releasedAt: z.iso.datetime().nullable(),
  releasedBy: uid.nullable(),
})

export const HoldList = z.object({ items: z.array(Hold), next: z.null() })

export const Erased = z.object({
  subject: uid,
  /** events of which something was the person's */
  events: z.int().min(0),
  /** keys that were destroyed */
  keys: z.int().min(0),
  /** what is still there, and why */
  remains: z.array(z.string()),
})
