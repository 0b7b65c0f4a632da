import type { Actor, EventData, NewEvent, PersonalMark, Reference, Source, UnsequencedEvent } from './event.ts'
import { canonicalize } from './json.ts'
import { limits } from './limits.ts'
import { takeMarks } from './marks.ts'
import { namedSubject } from './personal.ts'
import { valueAt } from './pointer.ts'
import { clipText, scrub, scrubText } from './scrub/index.ts'

/** What the writer's surroundings know: a new UUIDv7, the clock, and the request if there is one. */
export interface EventStamp {
  readonly id: string
  readonly time: Date
  readonly source?: Source | undefined
  readonly requestId?: string | null | undefined
  readonly application?: string | null | undefined
}

/**
 * The event to store: scrubbed, defaults filled in, and what came from outside (user agent, ids, data) clipped to the
 * limits, so that nobody can keep an event out of the log by sending something long. Data that is still too large is
 * replaced by a note of its size. What `about` marked is taken out of its mark, and its place noted in `personal`.
 * `kind`, `reason` and `application` are the program's own words: the schema refuses them when they are wrong. A word
 * of somebody else's program with a secret in it is replaced as a whole.
 */
export function completeEvent(event: NewEvent, stamp: EventStamp): UnsequencedEvent {
  return {
    id: stamp.id,
    time: stamp.time.toISOString(),
    kind: word(event.kind, 'event.redacted'),
    outcome: event.outcome,
    actor: actor(event.actor ?? null),
    resource: reference(event.resource ?? null),
    application: wordOrNull(event.application ?? stamp.application),
    reason: wordOrNull(event.reason),
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
  const marks = new Map([...said, ...taken.marks].map(({ pointer, subject }) => [pointer, namedSubject(subject)]))
  if (marks.size === 0 || 'omitted' in fitted) return { data: fitted }
  const personal = Array.from(marks, ([pointer, subject]) => ({ pointer, subject }))
  // A mark that lost its value (renamed, too deep, too many) would leave something personal behind that nobody can
  // erase.
  const lost =
    personal.length > limits.personal || personal.some(({ pointer }) => typeof valueAt(fitted, pointer) !== 'string')
  return lost ? { data: { omitted: 'personal_data_unmarkable' } } : { data: fitted, personal }
}

function actor(value: Actor | null): Actor | null {
  if (value === null) return null
  const uid = { type: clipText(value.type, limits.name), id: clipText(value.id, limits.id) }
  return value.name === undefined ? uid : { ...uid, name: clipText(value.name, limits.name) }
}

function reference(value: Reference | null): Reference | null {
  return value === null ? null : { type: clipText(value.type, limits.name), id: clipText(value.id, limits.id) }
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

function word(text: string, otherwise: string): string {
  return scrubText(text) === text ? text : otherwise
}

function wordOrNull(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : word(text, 'redacted')
}

function clipOrNull(text: string | null | undefined, longest: number): string | null {
  return text === null || text === undefined ? null : clipText(text, longest)
}
