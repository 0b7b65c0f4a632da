import type { FastifyRequest } from 'fastify'
import { traceRequest } from './request.ts'

/** Runs `next` as part of this request. Its body has been read; what is made of it later is not seen. */
export function traceFastifyRequest<T>(request: FastifyRequest, next: () => T): T {
  const { raw, originalUrl: url } = request
  return traceRequest(
    {
      headers: raw.headers,
      rawHeaders: raw.rawHeaders,
      url,
      get body() {
        return request.body
      },
      get params() {
        return request.params
      },
    },
    next,
  )
}
