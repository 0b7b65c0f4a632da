import { z } from 'zod'
import { canonicalize, jsonProblem, textProblem } from './json.ts'
import { limits } from './limits.ts'

/** How the thing ended: done, refused by a rule, or broken by a fault. */
export type Outcome = 'success' | 'refused' | 'failure'

/** A Cedar uid: `{ type: 'Person', id: '0190...' }`. */
export interface Reference {
  readonly type: string
  readonly id: string
}

/** Who acted. `name` is for people who read the log; it is never the basis of a decision. */
export interface Actor extends Reference {
  readonly name?: string | undefined
}

/** Where the request came from; null when it came from no request. */
export interface Source {
  readonly address: string | null
  readonly userAgent: string | null
}

export type EventData = Readonly<Record<string, unknown>>

/** A place inside `data` that holds somebody's personal data. */
export interface PersonalMark {
  /** RFC 6901, into `data`: `/email`. */
  readonly pointer: string
  /** `Person/<id>`; null when it is personal, of nobody that we know. */
  readonly subject: string | null
}

/** An event that has no place in the log yet. */
export interface UnsequencedEvent {
  /** UUIDv7 of whoever made the event; the same id twice is the same event. */
  readonly id: string
  /** RFC 3339 in UTC with milliseconds: what `Date.prototype.toISOString` gives. */
  readonly time: string
  /** What happened: lower-case words joined by dots, as `session.started`. */
  readonly kind: string
  readonly outcome: Outcome
  readonly actor: Actor | null
  readonly resource: Reference | null
  /** Slug of the application concerned, or null for the installation itself. */
  readonly application: string | null
  /** Stable code of the reason, mostly of a refusal. */
  readonly reason: string | null
  readonly source: Source
  readonly requestId: string | null
  /** Free JSON, scrubbed: at most 16 KiB as canonical JSON and 8 levels deep. */
  readonly data: EventData
  /** Places inside `data` that hold somebody's personal data. Said when an event is written; one that was read does not repeat it. */
  readonly personal?: readonly PersonalMark[] | undefined
}

/** The event envelope on the wire. `seq` is null until the sequencer has given the event its place. */
export interface Event extends Omit<UnsequencedEvent, 'personal'> {
  readonly seq: number | null
}

/** What a gateway or an SDK ships: no seq, and always an application. */
export interface EdgeEvent extends UnsequencedEvent {
  readonly application: string
}

/** What a writer says; `completeEvent` adds the rest. */
export interface NewEvent {
  readonly kind: string
  readonly outcome: Outcome
  readonly actor?: Actor | null | undefined
  readonly resource?: Reference | null | undefined
  readonly application?: string | null | undefined
  readonly reason?: string | null | undefined
  readonly data?: EventData | undefined
  /** Besides what `about` marks. */
  readonly personal?: readonly PersonalMark[] | undefined
}

const text = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((value) => textProblem(value) === null, 'contains a character that cannot be stored')

export const EventKind: z.ZodType<string> = z
  .string()
  .max(limits.kind)
  .regex(/^[a-z0-9_]+(?:\.[a-z0-9_]+)*$/, 'must be lower-case words joined by dots')

/** A stable code: lower-case letters, digits, `_`, `-` and dots. */
export const ReasonCode: z.ZodType<string> = z
  .string()
  .max(limits.reason)
  .regex(/^[a-z0-9_.-]+$/)

/** Slug of an application: a letter, then letters, digits and dashes; at most 63 characters, all lower case. */
export const ApplicationId: z.ZodType<string> = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be a slug: a lower-case letter, then letters, digits or dashes')

export const OutcomeSchema: z.ZodType<Outcome> = z.enum(['success', 'refused', 'failure'])

export const Reference: z.ZodType<Reference> = z.strictObject({ type: text(limits.name).min(1), id: text(limits.id) })

export const Actor: z.ZodType<Actor> = z.strictObject({
  type: text(limits.name).min(1),
  id: text(limits.id),
  name: text(limits.name).optional(),
})

export const EventData: z.ZodType<EventData> = z.record(z.string(), z.unknown()).superRefine((data, context) => {
  const problem = jsonProblem(data, limits.dataDepth) ?? sizeProblem(data)
  if (problem !== null) context.addIssue({ code: 'custom', message: problem })
})

const envelope = {
  id: z.uuidv7(),
  time: z.iso.datetime({ precision: 3 }),
  kind: EventKind,
  outcome: OutcomeSchema,
  actor: Actor.nullable(),
  resource: Reference.nullable(),
  application: ApplicationId.nullable(),
  reason: ReasonCode.nullable(),
  source: z.strictObject({
    address: text(limits.address).nullable(),
    userAgent: text(limits.userAgent).nullable(),
  }),
  requestId: text(limits.id).nullable(),
  data: EventData,
}

/** A JSON Pointer to what is inside, and a person (`Person/<id>`) or null. */
export const PersonalMark: z.ZodType<PersonalMark> = z.strictObject({
  pointer: text(limits.pointer).regex(/^(?:\/(?:[^~/]|~[01])*)+$/, 'must be a JSON Pointer to a member'),
  subject: text(limits.id + 7)
    .regex(/^Person\/./, 'must be Person/ and an id')
    .nullable(),
})

const personal = { personal: z.array(PersonalMark).max(limits.personal).optional() }

export const Event: z.ZodType<Event> = z.strictObject({ ...envelope, seq: z.int().positive().nullable() })

export const UnsequencedEvent: z.ZodType<UnsequencedEvent> = z.strictObject({ ...envelope, ...personal })

export const EdgeEvent: z.ZodType<EdgeEvent> = z.strictObject({
  ...envelope,
  ...personal,
  application: ApplicationId,
})

export const NewEvent: z.ZodType<NewEvent> = z.strictObject({
  kind: EventKind,
  outcome: OutcomeSchema,
  actor: Actor.nullish(),
  resource: Reference.nullish(),
  application: ApplicationId.nullish(),
  reason: ReasonCode.nullish(),
  data: EventData.optional(),
  ...personal,
})

function sizeProblem(data: EventData): string | null {
  const bytes = Buffer.byteLength(canonicalize(data))
  return bytes > limits.dataBytes ? `is ${bytes} bytes; ${limits.dataBytes} are allowed` : null
}
