import { z } from 'zod'
import { eventShape } from '../wire.ts'

/** Days that are searched where `since` does not say more. */
export const usualDays = 90

const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((value) => !value.includes('\0') && value.isWellFormed(), 'contains a character that is never stored')

/** In UTC: JavaScript takes offsets that PostgreSQL does not. Years 1970 to 9999: what a UUIDv7 and PostgreSQL both can say. */
const time = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value))
  .refine((date) => date.getTime() >= 0 && date.getUTCFullYear() <= 9999, 'is not a time that an event can have')

/** Several values in one parameter, separated by commas. */
const list = (each: RegExp, what: string, most: number) =>
  text(2_000)
    .transform((value) => value.split(',').map((one) => one.trim()))
    .refine((values) => values.length <= most, `names more than ${most}`)
    .refine((values) => values.every((value) => each.test(value)), `is no ${what}, or several separated by commas`)

const severities = { unknown: 0, informational: 1, low: 2, medium: 3, high: 4, critical: 5, fatal: 6 } as const

/** What events are searched by: the parameters of a search, and what a saved one keeps. */
const filter = {
  kind: list(/^[a-z0-9_]+(?:\.[a-z0-9_]+)*(?:\.\*)?$/, 'kind as session.started or session.*', 20),
  class: list(/^[1-9]\d{0,5}$|^0$/, 'class_uid of OCSF', 20).transform((values) => values.map(Number)),
  severity: z.enum(Object.keys(severities) as (keyof typeof severities)[]).transform((name) => severities[name]),
  outcome: z.enum(['success', 'refused', 'failure']),
  actor: text(256),
  actorType: text(200),
  target: text(256),
  targetType: text(200),
  application: text(63),
  reason: text(64),
  requestId: text(256),
  address: list(/^\S{1,64}$/, 'address', 64),
  query: text(200),
  since: time,
  until: time,
}

export const FilterQuery = z.strictObject(filter).partial()
export type FilterQuery = z.output<typeof FilterQuery>

export const EventQuery = z
  .strictObject({
    ...filter,
    cursor: z.uuid(),
    after: z
      .string()
      .regex(/^\d{1,15}$/, 'is not a place that an earlier answer gave')
      .transform(Number),
    wait: z.coerce.number().min(0).max(25),
    limit: z.coerce.number().int().min(1).max(1000),
    format: z.enum(['view', 'ocsf']),
  })
  .partial()
export type EventQuery = z.output<typeof EventQuery>

/** Compact views, or with `format=ocsf` the OCSF documents. */
export const EventPage = z.object({
  items: z.array(z.union([z.object(eventShape), z.record(z.string(), z.unknown())])),
  next: z.string().nullable(),
  /** the place from which `after` goes on */
  latest: z.string(),
  /** false when the time for one answer was over: `next` goes on where it ended */
  complete: z.boolean(),
})

const values = z.array(z.object({ value: z.string(), count: z.int().positive() }))

export const FacetAnswer = z.object({
  kind: values,
  outcome: values,
  actor: values,
  application: values,
  class: values,
  counted: z.int().min(0),
  since: z.iso.datetime().nullable(),
  complete: z.boolean(),
})

/** The parameters as they were given: kept so, and checked when they are kept. */
const SavedFilter = z.record(z.string().max(20), z.string().max(2_000)).superRefine((given, context) => {
  for (const { path, message } of FilterQuery.safeParse(given).error?.issues ?? [])
    context.addIssue({ code: 'custom', path: [...path], message })
})

export const NewSearch = z.strictObject({
  name: text(100),
  filter: SavedFilter,
  shared: z.boolean().default(false),
})

export const ChangedSearch = z.strictObject({
  name: text(100).optional(),
  filter: SavedFilter.optional(),
  shared: z.boolean().optional(),
})

export const SavedSearch = z.object({
  id: z.uuid(),
  name: z.string(),
  filter: z.record(z.string(), z.string()),
  shared: z.boolean(),
  owner: z.object({ type: z.string(), id: z.string() }),
  yours: z.boolean(),
  createdAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
})
