import type { z } from 'zod'
import { object, oneOf, optional, text } from '../schema.ts'
import { Url } from './url.ts'

/** What OCSF 1.8 allows as `http_method`. */
export const httpMethods = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'] as const
export type HttpMethod = (typeof httpMethods)[number]

export interface HttpRequest {
  readonly user_agent?: string | undefined
  /** Id of the request. */
  readonly uid?: string | undefined
  readonly http_method?: HttpMethod | undefined
  readonly url?: Url | undefined
}

export const HttpRequest: z.ZodType<HttpRequest> = object<HttpRequest>({
  user_agent: optional(text),
  uid: optional(text),
  http_method: optional(oneOf(httpMethods)),
  url: optional(Url),
})
