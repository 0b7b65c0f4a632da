import { createHash } from 'node:crypto'
import { ApplicationId, limits, OutcomeSchema, ReasonCode, subjectOf, type UnsequencedEvent } from '@holdfast/events'
import type { Caller } from '../../../platform/ports.ts'
import type { Random } from '../../../platform/random.ts'
import type { Attributes, OtlpGroup, OtlpRecord } from '../otlp/index.ts'
import { derivedId, isUuid7 } from './derived-id.ts'
import { kindOfName } from './otlp-kind.ts'
import { cleanAttributes, cleanValue } from './otlp-clean.ts'

/** What the records of one request have in common, and what tells equal ones apart. */
export interface OtlpContext {
  readonly caller: Pick<Caller, 'principal' | 'application'>
  readonly random: Random
  readonly now: Date
  /** how often a record was seen in this request, by the digest of what it says */
  readonly seen: Map<string, number>
  /** what the records of a group have in common: it may be large, and is made once for all of them */
  readonly groups: Map<OtlpGroup, Common>
}

interface Common {
  readonly resource: Attributes
  /** of resource and scope */
  readonly digest: string
}

/** Attributes that have a place of their own in an event: they are not repeated among the others. */
const placed = new Set(
  (
    'holdfast.kind holdfast.outcome holdfast.actor.type holdfast.actor.id holdfast.actor.name holdfast.resource.type ' +
    'holdfast.resource.id holdfast.reason holdfast.application holdfast.request_id event.name log.record.uid ' +
    'client.address source.address user_agent.original user.id enduser.id'
  ).split(' '),
)

/** Semantic conventions for people: what stands there is personal. */
const personalNames = new Set('user.email user.full_name user.name enduser.name enduser.email'.split(' '))

/** OCSF severity for SeverityNumber of the log data model ("Severity Fields"); undefined where it says nothing. */
export function severityOf(severityNumber: number): 1 | 3 | 4 | 5 | undefined {
  if (severityNumber < 1 || severityNumber > 24) return undefined
  return severityNumber < 13 ? 1 : severityNumber < 17 ? 3 : severityNumber < 21 ? 4 : 5
}

/**
 * A log record as an event. Attributes of ours say what it is; else the semantic conventions do.
 * @returns undefined for one that names another application than that of the service that sends it
 */
export function eventOf(group: OtlpGroup, record: OtlpRecord, context: OtlpContext): UnsequencedEvent | undefined {
  const attributes = cleanAttributes(record.attributes)
  const { resource } = commonOf(group, context)
  const text = (...names: string[]) => textOf(attributes, names)
  const nanoseconds = record.time === 0n ? record.observed : record.time
  const time = nanoseconds === 0n ? context.now : new Date(Number(nanoseconds / 1_000_000n))
  const actorId = text('holdfast.actor.id', 'user.id', 'enduser.id')
  const actorName = text('holdfast.actor.name')
  const resourceId = text('holdfast.resource.id')
  const actor =
    actorId === null
      ? null
      : { type: text('holdfast.actor.type') ?? 'User', id: actorId, ...(actorName !== null && { name: actorName }) }
  const named = text('holdfast.kind', 'event.name') ?? cleanText(record.eventName)
  const kind = kindOfName(named)
  const outcome = OutcomeSchema.safeParse(attributes['holdfast.outcome'])
  const reason = ReasonCode.safeParse(attributes['holdfast.reason'])
  const claimed = ApplicationId.safeParse(
    text('holdfast.application') ?? textOf(group.resource, ['holdfast.application']),
  )
  const application = claimed.success ? claimed.data : context.caller.application
  if ((context.caller.application ?? application) !== application) return undefined
  const rest = Object.fromEntries(Object.entries(attributes).filter(([name]) => !placed.has(name)))
  const subject = subjectOf(actor)
  const personal = Object.entries(rest)
    .filter(([name, value]) => personalNames.has(name) && typeof value === 'string')
    .map(([name]) => ({ pointer: `/attributes/${name}`, subject }))
  return {
    id: idOf(group, record, { ...context, time }),
    time: validTime(time, context.now).toISOString(),
    kind,
    outcome: outcome.success ? outcome.data : record.severityNumber >= 17 ? 'failure' : 'success',
    actor,
    resource: resourceId === null ? null : { type: text('holdfast.resource.type') ?? 'Resource', id: resourceId },
    application,
    reason: reason.success ? reason.data : null,
    source: { address: text('client.address', 'source.address'), userAgent: text('user_agent.original') },
    requestId: text('holdfast.request_id') ?? (record.traceId === '' ? null : record.traceId),
    data: {
      ...(record.body !== null && { body: cleanValue(record.body) }),
      ...(Object.keys(rest).length > 0 && { attributes: rest }),
      ...(record.severityNumber !== 0 && { severityNumber: record.severityNumber }),
      ...(record.severityText !== '' && { severity: cleanText(record.severityText) }),
      ...(named !== '' && named !== kind && { eventName: named }),
      ...(record.spanId !== '' && { spanId: record.spanId }),
      ...(Object.keys(resource).length > 0 && { resource }),
      ...(group.scope.name !== '' && { scope: cleanText(group.scope.name) }),
    },
    ...(personal.length > 0 && { personal: personal.slice(0, limits.personal) }),
  }
}

/** `log.record.uid` where it is an id that we can keep; else one made of all that the record says. */
function idOf(group: OtlpGroup, record: OtlpRecord, context: OtlpContext & { readonly time: Date }): string {
  const own = record.attributes['log.record.uid']
  if (isUuid7(own)) return own
  if (record.time === 0n && record.observed === 0n) return context.random.id()
  const content = digestOf([commonOf(group, context).digest, record])
  // Two records that are alike in one request are two events; in two requests they are one that was sent again.
  const occurrence = (context.seen.get(content) ?? 0) + 1
  context.seen.set(content, occurrence)
  return derivedId(context.time, [context.caller.principal.id, 'otlp', content, String(occurrence)])
}

/** Bytes of one resource as JSON, times the records that have it: 2 KiB for the largest batches that collectors send. */
const repeatedMost = 16 * 1024 * 1024

function commonOf(group: OtlpGroup, { groups }: OtlpContext): Common {
  let common = groups.get(group)
  if (common === undefined) {
    const bytes = Buffer.byteLength(JSON.stringify(group.resource))
    // It is looked through once for each record: what no event has room for, or thousands of them repeat, would stop the server.
    const omitted = bytes > limits.dataBytes || bytes * group.records.length > repeatedMost
    const resource = omitted ? { omitted: 'resource_too_large', bytes } : cleanAttributes(group.resource)
    common = { resource, digest: digestOf([group.resource, group.scope]) }
    groups.set(group, common)
  }
  return common
}

function digestOf(value: unknown): string {
  const text = JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))
  return createHash('sha256').update(text).digest('base64')
}

function textOf(attributes: Attributes, names: readonly string[]): string | null {
  for (const name of names) {
    const value = attributes[name]
    if (typeof value === 'string' && value !== '') return value
    if (typeof value === 'number') return String(value)
  }
  return null
}

function cleanText(text: string): string {
  return String(cleanValue(text))
}

function validTime(time: Date, now: Date): Date {
  const year = time.getUTCFullYear()
  return year >= 1 && year <= 9999 ? time : now
}
