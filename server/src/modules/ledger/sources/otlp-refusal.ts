import type { RefusalForm } from '../../../platform/http/route.ts'
import { encodeStatusProtobuf } from '../otlp/index.ts'

/** google.rpc.Code */
const codes: Readonly<Record<number, number>> = {
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  413: 8, // RESOURCE_EXHAUSTED
  429: 8,
  500: 13, // INTERNAL
  503: 14, // UNAVAILABLE
}

/**
 * "The response body for all HTTP 4xx and HTTP 5xx responses MUST be a Protobuf-encoded Status message", in the encoding
 * of the request (OTLP specification, "Failures").
 */
export const otlpRefusal: RefusalForm = ({ status, detail, code: name }, request) => {
  const message = `${detail} (${name})`
  // INVALID_ARGUMENT where nothing else fits
  const code = codes[status] ?? 3
  return request.headers.get('content-type')?.toLowerCase().startsWith('application/json') === true
    ? { media: 'application/json', body: JSON.stringify({ code, message }) }
    : { media: 'application/x-protobuf', body: encodeStatusProtobuf(code, message) }
}
