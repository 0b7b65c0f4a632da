import { attributesOf } from './define/attributes.ts'
import type { EventDefinition } from './define/definition.ts'
import { severities } from './define/definition.ts'
import type { UnsequencedEvent } from './event.ts'
import type { OcsfEvent, OcsfMetadata, OcsfUser, Product, Unmapped } from './ocsf/document.ts'
import { isIp } from './ocsf/ip.ts'
import { type PersonalField, subjectOf } from './personal.ts'

/** What is known where events are recorded. */
export interface Description {
  readonly definition: EventDefinition
  readonly tenant: string
  readonly product: Product
  /** Milliseconds since 1970: when the log took the event in; not said where that is the time of the event. */
  readonly loggedTime?: number | undefined
}

export interface Described {
  readonly document: OcsfEvent
  /** Every place in the document that holds personal data. */
  readonly personal: readonly PersonalField[]
}

/** A compact event without data that is marked as personal, or with the places of what is (see `completeEvent`). */
export function describeEvent(event: UnsequencedEvent, description: Description): Described {
  const { definition } = description
  const { class: of } = definition
  const { actor, source, outcome } = event
  const activity = typeof definition.activity === 'string' ? definition.activity : definition.activity.choose(event)
  const activityId = of.activities[activity] ?? 0
  const severity = definition.severity[outcome]

  const person = subjectOf(actor)
  const personal: PersonalField[] = []
  const unmapped: { -readonly [K in keyof Unmapped]: Unmapped[K] } = {}

  const document: Record<string, unknown> & { -readonly [K in keyof OcsfEvent]?: OcsfEvent[K] } = {
    activity_id: activityId,
    activity_name: activityId === 99 ? event.kind : activity,
    category_uid: of.category,
    class_name: of.name,
    class_uid: of.uid,
    message: definition.summary,
    metadata: metadataOf(event, description),
    severity,
    severity_id: severities[severity],
    time: Date.parse(event.time),
    type_uid: of.uid * 100 + activityId,
  }
  if (event.reason !== null) document.status_code = event.reason
  if (outcome === 'refused') {
    document.action_id = 2
    document.action = 'Denied'
    document.disposition_id = 2
    document.disposition = 'Blocked'
  }
  if (of.category !== 2) {
    const good = outcome === 'success'
    document.status_id = good ? 1 : 2
    document.status = good ? 'Success' : 'Failure'
  } else if (outcome !== 'success') unmapped.outcome = outcome

  if (actor !== null) {
    document.actor = { user: userOf(actor.type, actor.id, actor.name) }
    if (actor.name !== undefined && person !== null) personal.push({ pointer: '/actor/user/name', subject: person })
  } else if (of.actor === 'required') document.actor = { user: unknownUser }

  const { address, userAgent } = source
  if (address !== null) {
    if (of.source !== null && isIp(address)) {
      document.src_endpoint = { ip: address }
      personal.push({ pointer: '/src_endpoint/ip', subject: person })
    } else {
      unmapped.source = { address }
      personal.push({ pointer: '/unmapped/source/address', subject: person })
    }
  }
  if (of.source === 'required' && document.src_endpoint === undefined) {
    document.src_endpoint = { svc_name: description.product.name }
  }
  if (userAgent !== null) {
    if (of.source !== null) {
      document.http_request = { user_agent: userAgent }
      personal.push({ pointer: '/http_request/user_agent', subject: person })
    } else {
      unmapped.source = { ...unmapped.source, userAgent }
      personal.push({ pointer: '/unmapped/source/userAgent', subject: person })
    }
  }

  attributesOf(event, description, document, unmapped)

  for (const key in event.data) {
    if (!Object.hasOwn(event.data, key)) continue
    unmapped.data = event.data
    break
  }
  if (event.personal !== undefined) {
    for (const { pointer, subject } of event.personal) personal.push({ pointer: `/unmapped/data${pointer}`, subject })
  }
  for (const key in unmapped) {
    if (!Object.hasOwn(unmapped, key)) continue
    document.unmapped = unmapped
    break
  }
  return { document: document as OcsfEvent, personal }
}

export const unknownUser: OcsfUser = { name: 'Unknown', type: 'Unknown', type_id: 0 }

/** A principal as OCSF's user: a Person is a User, a Service is a Service, and anything else is what it says. */
export function userOf(type: string, uid: string, name?: string): OcsfUser {
  const user: OcsfUser =
    type === 'Person'
      ? { type: 'User', type_id: 1, uid }
      : type === 'Service'
        ? { type: 'Service', type_id: 4, uid }
        : { type, type_id: 99, uid }
  return name === undefined ? user : { ...user, name }
}

const hostAndControl: readonly string[] = ['host', 'security_control']
const host: readonly string[] = ['host']
const control: readonly string[] = ['security_control']

function metadataOf(event: UnsequencedEvent, { definition, tenant, product, loggedTime }: Description): OcsfMetadata {
  const metadata: { -readonly [K in keyof OcsfMetadata]: OcsfMetadata[K] } = {
    event_code: event.kind,
    product,
    tenant_uid: tenant,
    uid: event.id,
    version: '1.8.0',
  }
  if (event.requestId !== null) metadata.correlation_uid = event.requestId
  if (loggedTime !== undefined) metadata.logged_time = loggedTime
  const refused = event.outcome === 'refused'
  if (definition.class.actor === 'host' && event.actor !== null) metadata.profiles = refused ? hostAndControl : host
  else if (refused) metadata.profiles = control
  if (event.application !== null) metadata.tags = [{ name: 'application', value: event.application }]
  return metadata
}
