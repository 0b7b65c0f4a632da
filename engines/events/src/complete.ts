import type { Actor, EventData, NewEvent, PersonalMark, Reference, Source, UnsequencedEvent } from './event.ts'
import { canonicalize } from './json.ts'
import { limits } from './limits.ts'
import { takeMarks } from './marks.ts'
import { valueAt } from './pointer.ts'
import { scrubText } from './scrub/index.ts'
import { scrub } from './scrub/index.ts'

/** What the writer's surroundings know: a new UUIDv7, the clock, and the request if there is one. */
export interface EventStamp {
  readonly id: string
  readonly time: Date
  readonly source?: Source | undefined
  readonly requestId?: string | null | undefined
  readonly application?: string | null | undefined
}

/**
 * The event to store: scrubbed, defaults filled in, and what came from outside (user agent, ids, data) clipped to the limits, so that
 * nobody can keep an event out of the log by sending something long. Data that is still too large is replaced by a note of its size.
 * What `about` marked is taken out of its mark, and its place noted in `personal`.
 * `kind`, `outcome` and `reason` are the program's own words and are left alone: the schema refuses them when they are wrong.
 */
export function completeEvent(event: NewEvent, stamp: EventStamp): UnsequencedEvent {
  return {
    id: stamp.id,
    time: stamp.time.toISOString(),
    kind: event.kind,
    outcome: event.outcome,
    actor: actor(event.actor ?? null),
    resource: reference(event.resource ?? null),
    application: event.application ?? stamp.application ?? null,
    reason: event.reason ?? null,
    source: {
      address: clipOrNull(stamp.source?.address, limits.address),
      userAgent: clipOrNull(stamp.source?.userAgent, limits.userAgent),
    },
    requestId: clipOrNull(stamp.requestId, limits.id),
    ...dataOf(event.data ?? {}, event.personal ?? []),
  }
}

function dataOf(data: EventData, said: readonly PersonalMark[]): Pick<UnsequencedEvent, 'data' | 'personal'> {
  const taken = takeMarks(data)
  const fitted = fit(taken.data)
  const marks = new Map([...said, ...taken.marks].map(({ pointer, subject }) => [pointer, subject]))
  if (marks.size === 0 || 'omitted' in fitted) return { data: fitted }
  const personal = Array.from(marks, ([pointer, subject]) => ({ pointer, subject }))
  // A mark that lost its value (renamed, too deep, too many) would leave something personal behind that nobody can erase.
  const lost =
    personal.length > limits.personal || personal.some(({ pointer }) => typeof valueAt(fitted, pointer) !== 'string')
  return lost ? { data: { omitted: 'personal_data_unmarkable' } } : { data: fitted, personal }
}

function actor(value: Actor | null): Actor | null {
  if (value === null) return null
  const uid = { type: clip(value.type, limits.name), id: clip(value.id, limits.id) }
  return value.name === undefined ? uid : { ...uid, name: clip(value.name, limits.name) }
}

function reference(value: Reference | null): Reference | null {
  return value === null ? null : { type: clip(value.type, limits.name), id: clip(value.id, limits.id) }
}

function fit(data: EventData): EventData {
  const scrubbed = scrub(data, { depth: limits.dataDepth, text: 4096 })
  if (!isRecord(scrubbed)) return {}
  const bytes = Buffer.byteLength(canonicalize(scrubbed))
  return bytes <= limits.dataBytes ? scrubbed : { omitted: 'data_too_large', bytes }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function clip(text: string, longest: number): string {
  // Cut before and after: the first bounds the work, the second the result (a redaction may be longer than what it replaced).
  const scrubbed = scrubText(text.slice(0, longest * 2))
  return scrubbed.length <= longest ? scrubbed : scrubbed.slice(0, longest).toWellFormed()
}

function clipOrNull(text: string | null | undefined, longest: number): string | null {
  return text === null || text === undefined ? null : clip(text, longest)
}
