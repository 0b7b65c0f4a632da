import { type BaseAttributes, classSchema } from '../base.ts'
import type { EventClass } from '../class.ts'
import { Actor } from '../objects/actor.ts'
import { Api } from '../objects/api.ts'
import { HttpRequest } from '../objects/http-request.ts'
import { NetworkEndpoint } from '../objects/network-endpoint.ts'
import { ResourceDetails } from '../objects/resource-details.ts'
import { readText } from '../read.ts'
import { listOf, optional } from '../schema.ts'

/** 6003: an operation of an interface. What applications record by kinds of their own is this too. */
export interface ApiActivity extends BaseAttributes {
  /** User `Unknown` where nobody is known. */
  readonly actor: Actor
  readonly api: Api
  readonly src_endpoint: NetworkEndpoint
  readonly http_request?: HttpRequest | undefined
  /** What it was about; one at most. */
  readonly resources?: readonly ResourceDetails[] | undefined
}

const activities = { Create: 1, Read: 2, Update: 3, Delete: 4, Other: 99 } as const

const head = {
  uid: 6003,
  name: 'API Activity',
  category: 6,
  activities,
  actor: 'required',
  source: 'required',
  resource: 'resources',
} as const

export const apiActivityClass: EventClass<keyof typeof activities> = {
  ...head,
  schema: classSchema<ApiActivity>(head, {
    api: Api,
    src_endpoint: NetworkEndpoint,
    http_request: optional(HttpRequest),
    resources: optional(listOf(ResourceDetails)),
  }),
  fill: (document, { event, made, product }) => {
    const operation = readText(event, made.operation) ?? event.kind
    document.api = { operation, service: { name: event.application ?? product.name } }
  },
}
