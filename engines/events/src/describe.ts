import type { EventDefinition } from './define/definition.ts'
import type { Source, UnsequencedEvent } from './event.ts'
import { severityIds } from './ocsf/base.ts'
import type { Draft, OcsfEvent } from './ocsf/document.ts'
import { isIp } from './ocsf/ip.ts'
import type { Metadata, Profile } from './ocsf/objects/metadata.ts'
import type { Product } from './ocsf/objects/product.ts'
import { unknownUser, userOf } from './ocsf/objects/user.ts'
import { isReference, readMember } from './ocsf/read.ts'
import { type PersonalField, subjectOf } from './personal.ts'
import { type Left, placeResource } from './place.ts'
import { millisecondsOf } from './time.ts'

/** What is known where events are recorded. */
export interface Description {
  readonly definition: EventDefinition
  readonly tenant: string
  readonly product: Product
  /** Milliseconds since 1970: when the log took the event in; left out where that is the time of the event. */
  readonly loggedTime?: number | undefined
}

export interface Described {
  readonly document: OcsfEvent
  /** Every place in the document that holds personal data; each is a text. */
  readonly personal: readonly PersonalField[]
}

/**
 * The OCSF 1.8 document of an event that `completeEvent` made: what is stored, hashed and exported. `viewOf` is its inverse. It checks
 * nothing and runs for every event, so it builds plain objects only.
 */
export function describeEvent(event: UnsequencedEvent, description: Description): Described {
  const { definition, product } = description
  const { class: of, made, summary } = definition
  const { actor, outcome, kind } = event
  const activity = typeof definition.activity === 'string' ? definition.activity : definition.activity.choose(event)
  const activityId = of.activities[activity] ?? 99
  const severity = definition.severity[outcome]
  const good = outcome === 'success'
  const personal: PersonalField[] = []
  const left: Left = {}
  const document: Draft = {
    activity_id: activityId,
    activity_name: activityId === 99 ? kind : activity,
    category_uid: of.category,
    class_name: of.name,
    class_uid: of.uid,
    message: summary,
    metadata: metadataOf(event, description),
    severity,
    severity_id: severityIds[severity],
    status: good ? 'Success' : 'Failure',
    status_id: good ? 1 : 2,
    time: millisecondsOf(event.time),
    type_uid: of.uid * 100 + activityId,
  }
  if (event.reason !== null) document.status_code = event.reason
  if (outcome === 'refused') {
    document.action = 'Denied'
    document.action_id = 2
    document.disposition = 'Blocked'
    document.disposition_id = 2
  }
  if (of.status !== undefined && !good) left.outcome = outcome
  const subject = subjectOf(actor)
  if (actor !== null) {
    document.actor = { user: userOf(actor.type, actor.id, actor.name) }
    if (actor.name !== undefined && subject !== null) personal.push({ pointer: '/actor/user/name', subject })
  } else if (of.actor === 'required') document.actor = { user: unknownUser }
  placeSource(event.source, subject, of.source !== null, document, left, personal)
  if (of.source === 'required' && document.src_endpoint === undefined)
    document.src_endpoint = { svc_name: product.name }
  placeResource(event, of.resource, made.user, document, left)
  of.fill?.(document, { event, made, summary, product })
  addSummary(event, document)
  if (hasMembers(event.data)) left.data = event.data
  for (const mark of event.personal ?? []) {
    personal.push({ pointer: `/unmapped/data${mark.pointer}`, subject: mark.subject })
  }
  if (hasMembers(left)) document.unmapped = left
  // Every required attribute was set above; the tests hold each kind against the schema of its class.
  return { document: document as OcsfEvent, personal }
}

/** Both are the actor's, when that is a person; of others they are personal, of nobody that we know. */
function placeSource(
  { address, userAgent }: Source,
  subject: string | null,
  own: boolean,
  document: Draft,
  left: Left,
  personal: PersonalField[],
): void {
  if (address !== null) {
    const fits = own && isIp(address)
    if (fits) document.src_endpoint = { ip: address }
    else left.source = { address }
    personal.push({ pointer: fits ? '/src_endpoint/ip' : '/unmapped/source/address', subject })
  }
  if (userAgent !== null) {
    if (own) document.http_request = { user_agent: userAgent }
    else left.source = { ...left.source, userAgent }
    personal.push({ pointer: own ? '/http_request/user_agent' : '/unmapped/source/userAgent', subject })
  }
}

/** An event that stands for many alike (a flood of refusals) says how many, since when. */
function addSummary(event: UnsequencedEvent, document: Draft): void {
  if (event.data['summary'] !== true) return
  const more = readMember(event, 'more')
  const since = readMember(event, 'since')
  if (typeof more === 'number' && Number.isSafeInteger(more) && more >= 0) document.count = more
  const start = typeof since === 'string' ? millisecondsOf(since) : Number.NaN
  if (Number.isFinite(start)) document.start_time = start
}

const profiles: Readonly<Record<string, readonly Profile[]>> = {
  both: ['host', 'security_control'],
  host: ['host'],
  control: ['security_control'],
}

function metadataOf(event: UnsequencedEvent, { definition, tenant, product, loggedTime }: Description): Metadata {
  const { kind, actor, application, requestId, data } = event
  const metadata: { -readonly [K in keyof Metadata]: Metadata[K] } = {
    event_code: kind,
    product,
    tenant_uid: tenant,
    uid: event.id,
    version: '1.8.0',
  }
  if (requestId !== null) metadata.correlation_uid = requestId
  if (loggedTime !== undefined) metadata.logged_time = loggedTime
  const refused = event.outcome === 'refused'
  if (definition.class.actor === 'host' && actor !== null)
    metadata.profiles = refused ? profiles['both'] : profiles['host']
  else if (refused) metadata.profiles = profiles['control']
  if (isReference(data['reportedBy'])) metadata.reporter = { uid: data['reportedBy'].id }
  if (application !== null) metadata.tags = [{ name: 'application', value: application }]
  return metadata
}

function hasMembers(value: object): boolean {
  for (const _ in value) return true
  return false
}
