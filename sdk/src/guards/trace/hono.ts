import type { Context } from 'hono'
import { currentTrace, traceRequest } from './request.ts'

const READERS = ['json', 'text', 'parseBody', 'formData'] as const

/** Runs `next` as part of this request. Hono reads a body when it is asked to: what it then reads is traced. */
export function traceContext<T>(c: Context, next: () => T): T {
  const request = c.req
  for (const name of READERS) {
    const read: (...given: never[]) => Promise<unknown> = request[name].bind(request)
    const traced = async (...given: never[]) => {
      const value = await read(...given)
      currentTrace()?.give(value)
      return value
    }
    Object.defineProperty(request, name, { value: traced, configurable: true, writable: true })
  }
  // Parameters of a route are segments of its path.
  const { headers, url } = request.raw
  return traceRequest({ headers, url }, next)
}
