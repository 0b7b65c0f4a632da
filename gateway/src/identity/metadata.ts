import type { ServerResponse } from 'node:http'
import { TOKEN_ALGORITHMS } from '@holdfast/bundle'
import { refusal, type Refusal, type RequestHead } from '@holdfast/sdk/edge/guard'

/**
 * Protected resource metadata of a guarded host (RFC 9728 section 3): which authorization server gives tokens for it, and how they are
 * shown. Public, and the same for everybody.
 */
export function answerMetadata(
  response: ServerResponse,
  { method, scheme, host }: RequestHead,
  issuer: string,
  requestId: string,
): Refusal | null {
  if (method !== 'GET' && method !== 'HEAD') return refusal('method_refused', 'Use GET.', ['Allow', 'GET, HEAD'])
  const body = JSON.stringify({
    resource: `${scheme}://${host}`,
    authorization_servers: [issuer],
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: TOKEN_ALGORITHMS,
    tls_client_certificate_bound_access_tokens: scheme === 'https',
  })
  const fields = ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))]
  const common = ['Cache-Control', 'public, max-age=300', 'Access-Control-Allow-Origin', '*', 'X-Request-Id', requestId]
  response.writeHead(200, [...fields, ...common, 'X-Content-Type-Options', 'nosniff']).end(body)
  return null
}
