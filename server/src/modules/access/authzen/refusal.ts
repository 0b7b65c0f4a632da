import type { RefusalForm } from '../../../platform/http/route.ts'

/** Statuses for which the specification (section 10.1.2) knows 400 alone. */
const malformed: ReadonlySet<number> = new Set([415, 422])

/** An error response of AuthZEN: a JSON object that says what is wrong in `detail`, and the caller's own request id. */
export const authzenRefusal: RefusalForm = (problem, request) => {
  const status = malformed.has(problem.status) ? 400 : problem.status
  return {
    media: 'application/json',
    body: JSON.stringify({ ...problem, status }),
    status,
    headers: requestIdOf(request.headers),
  }
}

/** Section 10.1.3: an X-Request-ID that the caller sent comes back as it is. */
export function requestIdOf(headers: Headers): { readonly [name: string]: string } {
  const requestId = headers.get('x-request-id') ?? ''
  return requestId === '' ? {} : { 'x-request-id': requestId }
}
