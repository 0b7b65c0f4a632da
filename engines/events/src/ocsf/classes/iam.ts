import type { z } from 'zod'
import type { EventClass, ResourcePlace } from '../class.ts'
import { HttpRequest } from '../objects/http-request.ts'
import { NetworkEndpoint } from '../objects/network-endpoint.ts'
import { optional } from '../schema.ts'

/** What the classes of identity and access have in common. */
export interface IamAttributes {
  /** Where the request came from. */
  readonly src_endpoint?: NetworkEndpoint | undefined
  readonly http_request?: HttpRequest | undefined
}

export const iamShape: { readonly [K in keyof IamAttributes]-?: z.ZodType<IamAttributes[K]> } = {
  src_endpoint: optional(NetworkEndpoint),
  http_request: optional(HttpRequest),
}

type Head<Activity extends string> = Omit<EventClass<Activity>, 'schema' | 'fill'>

/** A class of category 3. */
export function iam<const A extends Readonly<Record<string, number>>>(
  uid: number,
  name: string,
  resource: ResourcePlace,
  activities: A,
): Head<keyof A & string> {
  return { uid, name, category: 3, activities, actor: 'own', source: 'own', resource }
}
