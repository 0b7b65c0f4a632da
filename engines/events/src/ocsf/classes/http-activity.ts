import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { type HttpMethod, httpMethods, HttpRequest } from '../objects/http-request.ts'
import { HttpResponse } from '../objects/http-response.ts'
import { NetworkEndpoint } from '../objects/network-endpoint.ts'
import { readMember, readText } from '../read.ts'
import { optional } from '../schema.ts'

/** 4002: a request by HTTP. */
export interface HttpActivity extends BaseAttributes {
  readonly src_endpoint: NetworkEndpoint
  /** The host that was asked for. */
  readonly dst_endpoint?: NetworkEndpoint | undefined
  readonly http_request: HttpRequest
  readonly http_response?: HttpResponse | undefined
}

const activities = {
  Unknown: 0,
  Connect: 1,
  Delete: 2,
  Get: 3,
  Head: 4,
  Options: 5,
  Post: 6,
  Put: 7,
  Trace: 8,
  Patch: 9,
  Other: 99,
} as const

const head = {
  uid: 4002,
  name: 'HTTP Activity',
  category: 4,
  activities,
  actor: 'host',
  source: 'required',
  resource: null,
} as const

export const httpActivityClass: EventClass<keyof typeof activities> = {
  ...head,
  schema: classSchema<HttpActivity>(head, {
    src_endpoint: NetworkEndpoint,
    dst_endpoint: optional(NetworkEndpoint),
    http_request: HttpRequest,
    http_response: optional(HttpResponse),
  }),
  fill: (document, { event }) => {
    const { requestId, id } = event
    const request: { -readonly [K in keyof HttpRequest]: HttpRequest[K] } = { ...document.http_request }
    request.uid = requestId ?? id
    const method = readText(event, 'method')
    if (isMethod(method)) request.http_method = method
    const path = readText(event, 'path')
    const host = hostOf(readText(event, 'host'))
    if (path !== undefined) request.url = host === undefined ? { path } : { hostname: host.hostname, path }
    document.http_request = request
    if (host !== undefined) document.dst_endpoint = host
    const status = readMember(event, 'status')
    if (typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599) {
      document.http_response = { code: status }
    }
  },
}

function isMethod(method: string | undefined): method is HttpMethod {
  return httpMethods.some((known) => known === method)
}

const HOST = /^([\w.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(?::(\d{1,5}))?$/

/** What a client sent as Host; not what is none (RFC 9110, section 7.2). */
function hostOf(value: string | undefined): { readonly hostname: string; readonly port?: number } | undefined {
  const [, hostname, digits] = HOST.exec(value ?? '') ?? []
  if (hostname === undefined) return undefined
  const port = digits === undefined ? undefined : Number(digits)
  return port === undefined || port > 65_535 ? { hostname } : { hostname, port }
}
