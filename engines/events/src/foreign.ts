import { z } from 'zod'
import type { PersonalMark, UnsequencedEvent } from './event.ts'
import { EventKind, ReasonCode } from './event.ts'
import { canonicalize, jsonProblem } from './json.ts'
import { limits } from './limits.ts'
import type { OcsfEvent } from './ocsf/document.ts'
import { ERASED, namedSubject, type PersonalField, subjectOf } from './personal.ts'
import { valueAt, withValues } from './pointer.ts'
import { scrub } from './scrub/index.ts'
import { millisecondsOf } from './time.ts'
import { viewOf } from './view.ts'

/** A whole OCSF document that somebody else made: of any class and any 1.x version, with whatever attributes. */
export interface ForeignEvent {
  readonly class_uid: number
  readonly category_uid: number
  readonly activity_id: number
  readonly type_uid: number
  readonly severity_id: number
  /** Milliseconds since 1970. */
  readonly time: number
  readonly metadata: {
    readonly version: string
    readonly uid?: string | undefined
    readonly event_code?: string | undefined
  }
  readonly unmapped?: Readonly<Record<string, unknown>> | undefined
}

const text = (longest: number) => z.string().max(longest)
const uid = text(limits.id).optional()
const user = z.looseObject({
  uid,
  name: text(limits.name).optional(),
  type: text(limits.name).min(1).optional(),
  type_id: z.int().optional(),
})
const named = z.looseObject({ uid, name: text(limits.name).optional() })
const typed = z.looseObject({ uid, type: text(limits.name).min(1).optional() })

/** Names what is wrong with what the view is read from; of the rest it looks at size, depth and form of JSON alone. */
export const ForeignEvent: z.ZodType<ForeignEvent> = z
  .looseObject({
    class_uid: z.int().nonnegative(),
    category_uid: z.int().nonnegative(),
    activity_id: z.int().nonnegative(),
    type_uid: z.int().nonnegative(),
    severity_id: z.literal([0, 1, 2, 3, 4, 5, 6, 99]),
    status_id: z.int().optional(),
    status_code: text(limits.reason).optional(),
    action_id: z.int().optional(),
    // What RFC 3339 can say: years 1 to 9999.
    time: z.int().min(-62_135_596_800_000).max(253_402_300_799_999),
    metadata: z.looseObject({
      version: z.string().regex(/^1\.\d{1,3}\.\d{1,3}(?:-[\w.-]{1,32})?$/),
      uid,
      event_code: text(limits.id).optional(),
      correlation_uid: text(limits.id).optional(),
      tags: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).optional(),
    }),
    actor: z.looseObject({ user: user.optional() }).optional(),
    user: user.optional(),
    session: named.optional(),
    group: named.optional(),
    entity: typed.optional(),
    resources: z.array(typed).optional(),
    src_endpoint: z.looseObject({ ip: text(limits.address).optional() }).optional(),
    http_request: z.looseObject({ user_agent: text(limits.userAgent).optional() }).optional(),
    unmapped: z.record(z.string(), z.unknown()).optional(),
  })
  .superRefine((event, context) => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message })
    const { class_uid: of, category_uid: category, activity_id: activity, type_uid: type } = event
    if (type !== of * 100 + activity) refuse('type_uid must be class_uid * 100 + activity_id')
    if (category !== Math.floor(of / 1000) % 100) refuse('category_uid must be that of the class')
    const problem = jsonProblem(event, limits.documentDepth) ?? sizeProblem(event)
    if (problem !== null) refuse(problem)
  })

function sizeProblem(event: unknown): string | null {
  const bytes = Buffer.byteLength(canonicalize(event))
  return bytes > limits.documentBytes ? `is ${bytes} bytes; ${limits.documentBytes} are allowed` : null
}

/** The kind of a foreign document: its `metadata.event_code` where that can be one, else `ocsf.` and its `type_uid`. */
export function kindOfForeign({ metadata, type_uid: type }: ForeignEvent): string {
  const code = EventKind.safeParse(metadata.event_code)
  return code.success ? code.data : `ocsf.${type}`
}

export interface Adopted {
  /** The view of the document: what is searched and shown. */
  readonly event: UnsequencedEvent
  readonly document: OcsfEvent
  readonly personal: readonly PersonalField[]
}

/**
 * A foreign document as we keep it: scrubbed, with our id, tenant, request, application and kind in its metadata (its own id becomes
 * `original_event_uid`), our word for the time, and what it had in `unmapped` where compact events have their data.
 * @param accepted what the ingest made of the event: id, time, kind, application, request and data are taken from it
 * @param said places in the foreign document that hold personal data, besides those that always do
 * @throws RangeError when there is no text at one of those places, or one by which the log is kept
 */
export function adoptDocument(
  foreign: ForeignEvent,
  accepted: UnsequencedEvent,
  { tenant, said = [] }: { readonly tenant: string; readonly said?: readonly PersonalMark[] | undefined },
): Adopted {
  const scrubbed = scrub(foreign, { depth: limits.documentDepth, text: 8192 }) as OcsfEvent
  const { unmapped: _, metadata, status_code: code, ...rest } = scrubbed
  const { uid: original, correlation_uid: __, tags = [], ...about } = metadata
  const ours = [{ name: 'application', value: accepted.application ?? '' }].filter(({ value }) => value !== '')
  const data = accepted.data
  const document = {
    ...rest,
    ...(ReasonCode.safeParse(code).success && { status_code: code }),
    time: millisecondsOf(accepted.time),
    metadata: {
      ...about,
      uid: accepted.id,
      ...(typeof original === 'string' && { original_event_uid: original }),
      event_code: accepted.kind,
      tenant_uid: tenant,
      ...(accepted.requestId !== null && { correlation_uid: accepted.requestId }),
      tags: [...ours, ...tags.filter(({ name }) => name !== 'application')],
    },
    ...(Object.keys(data).length > 0 && { unmapped: { data } }),
  } as unknown as OcsfEvent
  const event = viewOf(document)
  const personal = personalOf(document, accepted, said)
  if (said.length > 0) checkErasable(event, document, personal)
  return { event, document, personal }
}

/** What the log's entry and columns say cannot be erased: an event without it would pass for one that was changed. */
function checkErasable(event: UnsequencedEvent, document: OcsfEvent, personal: readonly PersonalField[]): void {
  const erased = viewOf(
    withValues(
      document,
      personal.map(({ pointer }) => [pointer, ERASED]),
    ),
  )
  const meta = personal.some(({ pointer }) => pointer.startsWith('/metadata/'))
  if (meta || keptBy(erased) !== keptBy(event)) throw new RangeError('The log is kept by one of these texts.')
}

function keptBy({ kind, outcome, actor, resource, application, reason }: UnsequencedEvent): string {
  return JSON.stringify([kind, outcome, actor?.type, actor?.id, resource, application, reason])
}

const personalNames = ['name', 'full_name', 'display_name', 'email_addr', 'phone_number']

/** What is always personal, and what the sender said besides; each place once, the sender's word before ours. */
function personalOf(
  document: OcsfEvent,
  accepted: UnsequencedEvent,
  said: readonly PersonalMark[],
): readonly PersonalField[] {
  const { actor } = viewOf(document)
  const by = subjectOf(actor)
  const of = document.user?.type_id === 1 ? namedSubject(`Person/${document.user.uid ?? ''}`) : null
  const places = new Map<string, string | null>()
  const add = (pointer: string, subject: string | null) => {
    if (typeof valueAt(document, pointer) === 'string') places.set(pointer, subject)
  }
  for (const name of personalNames) {
    if (actor?.type !== 'Service') add(`/actor/user/${name}`, by)
    if (document.user?.type_id !== 4) add(`/user/${name}`, of)
  }
  add('/src_endpoint/ip', by)
  add('/http_request/user_agent', by)
  for (const { pointer, subject } of accepted.personal ?? []) add(`/unmapped/data${pointer}`, subject)
  for (const { pointer, subject } of said) {
    const moved = pointer.startsWith('/unmapped/') ? `/unmapped/data/${pointer.slice('/unmapped/'.length)}` : pointer
    if (typeof valueAt(document, moved) !== 'string') throw new RangeError(`There is no text at ${pointer}.`)
    places.set(moved, namedSubject(subject))
  }
  return Array.from(places, ([pointer, subject]) => ({ pointer, subject }))
}
