import { ApplicationId } from '@holdfast/events'
import { z } from 'zod'

const LEARNED_KINDS = [
  'null',
  'boolean',
  'integer',
  'number',
  'uuid',
  'date',
  'date-time',
  'string',
  'object',
  'array',
] as const
export type LearnedKind = (typeof LEARNED_KINDS)[number]

/** What an API is asked, as a gateway has learnt it: names, types, lengths and counts, and no value. */
export interface LearnedPaths {
  readonly literals: Readonly<Record<string, LearnedPaths>>
  readonly any: LearnedPaths | null
  readonly values: LearnedValues
  readonly methods: Readonly<Record<string, LearnedMethod>>
  readonly folded: boolean
}

export interface LearnedMethod {
  readonly count: number
  readonly query: LearnedValues
  readonly repeated: readonly string[]
  readonly bodies: Readonly<Record<string, LearnedValues>>
}

export interface LearnedValues {
  readonly count: number
  readonly kinds: readonly LearnedKind[]
  readonly longest: number
  readonly members: Readonly<Record<string, LearnedValues>>
  readonly items: LearnedValues | null
  readonly more: boolean
}

/** `POST /api/v1/edge/learned`: what was learnt since the last time. */
export interface LearnedRequest {
  readonly application: string
  /** `LearnedPaths`. */
  readonly learned: Readonly<Record<string, unknown>>
}

export interface LearnedResponse {
  /** False where the application does not learn any more, or knows as much as there is room for. */
  readonly accepted: boolean
}

const count = z.int().min(0).max(1_000_000_000)
const kind: z.ZodType<LearnedKind> = z.enum(LEARNED_KINDS)
/** As learners take them: nothing else is a name, whoever says so. */
const name = z.string().regex(/^(?!__proto__$)[A-Za-z_$][\w.$-]{0,63}$/)
const segment = z.string().regex(/^(?:[A-Za-z][A-Za-z_.~-]{0,31}\d{0,3})?$/)
const method = z.string().regex(/^(?:GET|PUT|POST|DELETE|HEAD|PATCH)$/)
const media = z.string().regex(/^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/)

const bounded = <Value>(key: z.ZodType<string>, value: z.ZodType<Value>, most: number) =>
  z.record(key, value).refine((entries) => Object.keys(entries).length <= most, `at most ${most}`)

/** One level deeper than learners go is refused before anything is made of it. */
function valuesTo(depth: number): z.ZodType<LearnedValues> {
  const below = depth === 0 ? z.never() : valuesTo(depth - 1)
  return z.strictObject({
    count,
    kinds: z.array(kind).max(10),
    longest: count,
    members: bounded(name, below, depth === 0 ? 0 : 64),
    items: depth === 0 ? z.null() : below.nullable(),
    more: z.boolean(),
  })
}
const values = valuesTo(7)

function pathsTo(depth: number): z.ZodType<LearnedPaths> {
  const below = depth === 0 ? z.never() : pathsTo(depth - 1)
  return z.strictObject({
    literals: bounded(segment, below, depth === 0 ? 0 : 24),
    any: depth === 0 ? z.null() : below.nullable(),
    values,
    methods: bounded(
      method,
      z.strictObject({ count, query: values, repeated: z.array(name).max(64), bodies: bounded(media, values, 8) }),
      6,
    ),
    folded: z.boolean(),
  })
}

/** What `learned` of a request must be; schemas of so many levels are too large to be written out. */
export const LearnedPaths: z.ZodType<LearnedPaths> = pathsTo(16)

export const LearnedRequest: z.ZodType<LearnedRequest> = z.strictObject({
  application: ApplicationId,
  learned: z.record(z.string(), z.unknown()),
})

export const LearnedResponse: z.ZodType<LearnedResponse> = z.object({ accepted: z.boolean() })
