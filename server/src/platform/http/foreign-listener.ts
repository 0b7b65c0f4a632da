import type { IncomingMessage, ServerResponse } from 'node:http'
import { Fault, platformErrors } from '../errors.ts'
import { refuse } from '../outcome.ts'
import { peerOf } from './client-address.ts'
import { problemResponse } from './problem.ts'
import { nothingAllowed, security } from './security-headers.ts'
import type { HttpOptions } from './server.ts'

/**
 * Gives a request to who answers it by itself, with what every answer of ours has: the check of the host, the headers that
 * browsers hold to, a request id, and somebody who observes it.
 * @returns whether it was taken
 */
export function createForeignListener(options: HttpOptions, signal: AbortSignal) {
  const { foreign } = options
  const trusted = new Set(options.trustedProxies)
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const method = request.method ?? ''
    const path = (request.url ?? '').split('?')[0] ?? ''
    const route = foreign?.answers(method, path)
    const host = request.headers.host?.toLowerCase() ?? ''
    // Who asks for another host is refused where everybody is.
    if (foreign === undefined || route === undefined || !options.hosts().includes(host)) return false
    const requestId = options.newRequestId()
    const { address, fromProxy } = peerOf(request, trusted)
    const source = { address, userAgent: request.headers['user-agent']?.slice(0, 256) ?? null }
    for (const [name, value] of Object.entries(security)) response.setHeader(name, value)
    response.setHeader('content-security-policy', nothingAllowed)
    response.setHeader('x-request-id', requestId)
    const started = performance.now()
    response.once('close', () => {
      const seconds = (performance.now() - started) / 1000
      const { statusCode: status } = response
      options.observe({ route, method, path, host, status, seconds, requestId, source, caller: null })
    })
    foreign.handle(request, response, { requestId, source, fromProxy, signal }).catch((error: unknown) => {
      options.onFault(error, { route: `${method} ${route}`, requestId })
      void fail(response, error, { publicUrl: options.publicUrl, requestId })
    })
    return true
  }
}

async function fail(
  response: ServerResponse,
  error: unknown,
  about: { readonly publicUrl: string; readonly requestId: string },
): Promise<void> {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const known = error instanceof Fault ? error.error : platformErrors.internal_error
  const problem = problemResponse(refuse(known), about)
  response.writeHead(problem.status, Object.fromEntries(problem.headers))
  response.end(await problem.text())
}
