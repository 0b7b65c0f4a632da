import {
  Actor,
  ApplicationId,
  EventData,
  EventKind,
  ForeignEvent,
  limits,
  OutcomeSchema,
  ReasonCode,
  Reference,
} from '@holdfast/events'
import { z } from 'zod'

/** Events in one request. */
const eventsMost = 100

const text = (longest: number) => z.string().max(longest)
const pointer = z
  .string()
  .max(limits.pointer)
  .regex(/^(?:\/(?:[^~/]|~[01])*)+$/, 'a JSON Pointer (RFC 6901)')

/** Whose personal data stands at a place; null: somebody's of whom the directory does not know. */
const subject = z.strictObject({ type: z.literal('Person'), id: text(limits.id).min(1) }).nullable()

const dataField = pointer.refine((field) => field.startsWith('/data/'), 'a place inside of data, as /data/email')

export const CompactEvent = z.strictObject({
  id: z.uuidv7().optional().describe('Sent twice it is one event; without it each sending is another.'),
  time: z.iso.datetime({ offset: true }).optional().describe('When it happened; now when not said.'),
  kind: EventKind,
  outcome: OutcomeSchema.default('success'),
  actor: Actor.nullish(),
  resource: Reference.nullish(),
  application: ApplicationId.nullish(),
  reason: ReasonCode.nullish(),
  source: z
    .strictObject({ address: text(limits.address).nullish(), userAgent: text(limits.userAgent).nullish() })
    .optional(),
  requestId: text(limits.id).nullish(),
  data: EventData.optional(),
  personal: z
    .array(z.strictObject({ field: dataField, subject }))
    .max(limits.personal)
    .optional(),
})
export type CompactEvent = z.output<typeof CompactEvent>

/** An OCSF document, and what can be said beside it. */
export const DocumentEvent = z.strictObject({
  ocsf: ForeignEvent,
  application: ApplicationId.nullish(),
  personal: z
    .array(z.strictObject({ field: pointer, subject }))
    .max(limits.personal)
    .optional(),
})
export type DocumentEvent = z.output<typeof DocumentEvent>

export type GivenEvent =
  | { readonly form: 'compact'; readonly event: CompactEvent }
  | { readonly form: 'document'; readonly event: DocumentEvent }

/** The forms of a request, for whoever reads the OpenAPI document. */
function requestShape(): Record<string, unknown> {
  const shape = (schema: z.ZodType) => {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
    return rest
  }
  const document = { type: 'object', required: ['class_uid'], description: 'an OCSF document, version 1.x' }
  const { personal } = DocumentEvent.shape
  const beside = { type: 'object', required: ['ocsf'], properties: { ocsf: document, personal: shape(personal) } }
  const item = { type: 'object', description: 'each as one event by itself' }
  const events = { type: 'array', items: item, minItems: 1, maxItems: eventsMost }
  const listed = { type: 'object', properties: { events }, required: ['events'], additionalProperties: false }
  return { anyOf: [shape(CompactEvent), document, beside, events, listed] }
}

/**
 * One event, a list of up to 100, or `{ "events": [...] }`; each compact, an OCSF document, or `{ "ocsf": document, ... }`.
 * Which it is meant to be is seen by its members, so that what is wrong with it can be named.
 */
export const RecordRequest = z
  .unknown()
  .meta(requestShape())
  .transform((body, context): readonly GivenEvent[] => {
    const [list, path] = listOf(body)
    if (list.length === 0 || list.length > eventsMost) {
      context.addIssue({ code: 'custom', path: [...path], message: `must be 1 to ${eventsMost} events` })
      return []
    }
    return list.flatMap((item, n) => {
      const has = (member: string) => typeof item === 'object' && item !== null && Object.hasOwn(item, member)
      const form = has('ocsf') || has('class_uid') ? 'document' : 'compact'
      const given = has('class_uid') && !has('ocsf') ? { ocsf: item } : item
      const parsed = form === 'document' ? DocumentEvent.safeParse(given) : CompactEvent.safeParse(given)
      if (parsed.success) return [{ form, event: parsed.data } as GivenEvent]
      const at = Array.isArray(body) || path.length > 0 ? [...path, n] : []
      for (const issue of parsed.error.issues.slice(0, 10)) {
        context.addIssue({ code: 'custom', path: [...at, ...issue.path], message: issue.message })
      }
      return []
    })
  })

function listOf(body: unknown): [list: readonly unknown[], path: readonly string[]] {
  if (Array.isArray(body)) return [body, []]
  if (typeof body === 'object' && body !== null && 'events' in body && Object.keys(body).length === 1) {
    return [Array.isArray(body.events) ? body.events : [], ['events']]
  }
  return [[body], []]
}

/** The events in the order in which they were given, as they are kept. */
export const Recorded = z.object({
  accepted: z.int().min(0).describe('How many were new; the others had been recorded before.'),
  events: z.array(z.object({ id: z.uuid(), kind: z.string() })),
})
