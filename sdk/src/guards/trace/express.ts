import type { Request } from 'express'
import { traceRequest } from './request.ts'

/** Runs `next` as part of this request. What parsers and routers add to it is read when a query asks. */
export function traceExpressRequest<T>(request: Request, next: () => T): T {
  const { headers, rawHeaders, originalUrl: url } = request
  return traceRequest(
    {
      headers,
      rawHeaders,
      url,
      get body() {
        return request.body as unknown
      },
      get params() {
        return request.params
      },
    },
    next,
  )
}
