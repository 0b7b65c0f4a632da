import { unknownUser, userOf } from '../describe.ts'
import type { Description } from '../describe.ts'
import type { Reference, UnsequencedEvent } from '../event.ts'
import { pointerOf } from '../pointer.ts'
import type { OcsfEvent, OcsfHttpRequest, Unmapped } from '../ocsf/document.ts'

type Draft = Record<string, unknown> & { -readonly [K in keyof OcsfEvent]?: OcsfEvent[K] }
type Left = { -readonly [K in keyof Unmapped]: Unmapped[K] }

/** Puts the resource into its place in the class, and what the class requires besides. */
export function attributesOf(event: UnsequencedEvent, description: Description, document: Draft, left: Left): void {
  const { resource } = event
  switch (description.definition.class.resource) {
    case 'user':
      document.user = resource === null ? unknownUser : userOf(resource.type, resource.id)
      break
    case 'session':
      inSession(event, description, document, left)
      break
    case 'group':
      if (resource?.type === 'Group') document.group = { uid: resource.id }
      else {
        document.group = { name: 'Unknown' }
        if (resource !== null) left.resource = resource
      }
      break
    case 'entity':
      document.entity =
        resource === null
          ? { name: 'Unknown', type: 'Unknown', type_id: 0 }
          : { type: resource.type, type_id: entityTypes[resource.type] ?? 99, uid: resource.id }
      break
    case 'resources':
      if (resource !== null) document.resources = [{ type: resource.type, uid: resource.id }]
      break
    default:
      if (resource !== null) left.resource = resource
  }
  special[description.definition.class.uid]?.(event, description, document)
}

const entityTypes: Readonly<Record<string, number>> = {
  Device: 1,
  User: 2,
  Group: 3,
  Organization: 4,
  Policy: 5,
  Email: 6,
}

function inSession(event: UnsequencedEvent, { definition }: Description, document: Draft, left: Left): void {
  const { resource, actor } = event
  const named = member(event, definition.made.user)
  const known =
    named !== undefined ? userOf('Person', named) : actor === null ? unknownUser : userOf(actor.type, actor.id)
  if (resource?.type === 'Session') {
    document.session = { uid: resource.id }
    document.user = known
  } else if (resource?.type === 'Person' || resource?.type === 'Service') {
    document.user = userOf(resource.type, resource.id)
  } else {
    document.user = known
    left.resource = resource
  }
}

type Special = (event: UnsequencedEvent, description: Description, document: Draft) => void

const special: Readonly<Record<number, Special>> = {
  2002: (event, description, document) => {
    finding(event, description, document)
    const uid = member(event, description.definition.made.vulnerability) ?? event.kind
    document['vulnerabilities'] = [uid.startsWith('CVE-') ? { cve: { uid } } : { advisory: { uid } }]
  },
  2003: (event, description, document) => {
    finding(event, description, document)
    const control = member(event, description.definition.made.control) ?? event.kind
    const passed = event.outcome === 'success'
    document['compliance'] = {
      control,
      standards: [description.product.name],
      status_id: passed ? 1 : 3,
      status: passed ? 'Pass' : 'Fail',
    }
  },
  2004: finding,
  2005: (event, description, document) => {
    const closed = document.activity_id === 3
    document.status_id = closed ? 5 : document.activity_id === 1 ? 1 : 2
    document.status = closed ? 'Closed' : document.activity_id === 1 ? 'New' : 'In Progress'
    document['finding_info_list'] = [findingInfo(event, description)]
    document['assignee_group'] = { name: 'operators' }
  },
  3002: (event, { product }, document) => {
    document['service'] = { name: event.application ?? product.name }
  },
  3003: (event, { definition }, document) => {
    document['privileges'] = privileges(event, definition.made.privileges)
  },
  3005: (event, { definition }, document) => {
    document['privileges'] = privileges(event, definition.made.privileges)
  },
  3006: (event, _, document) => {
    const [only, ...more] = [...references(open(event, 'added')), ...references(open(event, 'removed'))]
    if (only !== undefined && more.length === 0) document.user = userOf(only.type, only.id)
  },
  4002: (event, _, document) => {
    const [method, path, host, status] = requestMembers.map((name) => open(event, name))
    const request: { -readonly [K in keyof OcsfHttpRequest]: OcsfHttpRequest[K] } = { ...document.http_request }
    request.uid = event.requestId ?? event.id
    if (typeof method === 'string' && methods.has(method)) request.http_method = method
    if (typeof path === 'string') request.url = typeof host === 'string' ? { hostname: host, path } : { path }
    document.http_request = request
    if (typeof status === 'number' && Number.isSafeInteger(status)) document['http_response'] = { code: status }
    if (typeof host === 'string') document['dst_endpoint'] = { hostname: host }
  },
  6002: (event, { product }, document) => {
    document['app'] = event.application === null ? product : { name: event.application }
  },
  6003: (event, { definition, product }, document) => {
    const operation = member(event, definition.made.operation) ?? event.kind
    document['api'] = { operation, service: { name: event.application ?? product.name } }
  },
}

const requestMembers = ['method', 'path', 'host', 'status'] as const

/** http_request.http_method of OCSF 1.8 */
const methods = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'])

function finding(event: UnsequencedEvent, description: Description, document: Draft): void {
  const closed = document.activity_id === 3
  document.status_id = closed ? 4 : document.activity_id === 1 ? 1 : 2
  document.status = closed ? 'Resolved' : document.activity_id === 1 ? 'New' : 'In Progress'
  document['finding_info'] = findingInfo(event, description)
}

function findingInfo(event: UnsequencedEvent, { definition }: Description): { uid: string; title: string } {
  const { made, summary } = definition
  return { title: member(event, made.title) ?? summary, uid: member(event, made.finding) ?? event.id }
}

function member(event: UnsequencedEvent, name: string | undefined): string | undefined {
  const value = name === undefined ? undefined : open(event, name)
  return typeof value === 'string' ? value : undefined
}

/** A member of `data` that may stand in a second place: what is personal has one place only, so that it can be erased. */
function open({ data, personal }: UnsequencedEvent, name: string): unknown {
  if (personal === undefined) return data[name]
  const pointer = pointerOf([name])
  const marked = personal.some((mark) => mark.pointer === pointer || mark.pointer.startsWith(`${pointer}/`))
  return marked ? undefined : data[name]
}

function privileges(event: UnsequencedEvent, name: string | undefined): readonly string[] {
  const named = name === undefined ? [] : texts(open(event, name))
  return named.length === 0 ? [event.kind] : named
}

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
}

function references(value: unknown): readonly Reference[] {
  return Array.isArray(value) ? value.filter(isReference) : []
}

function isReference(value: unknown): value is Reference {
  if (typeof value !== 'object' || value === null || !('type' in value) || !('id' in value)) return false
  return typeof value.type === 'string' && typeof value.id === 'string'
}
