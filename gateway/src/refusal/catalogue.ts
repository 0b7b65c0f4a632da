/**
 * Everything for which the gateway itself answers in place of the upstream. The code is stable: clients may match on it,
 * and the documentation page of a problem is `<publicUrl>/problems/<code>`.
 */
export const catalogue = {
  request_malformed: { status: 400, title: 'The request is not valid HTTP' },
  request_ambiguous: { status: 400, title: 'The request can be read in two ways' },
  sign_in_invalid: { status: 400, title: 'This sign-in cannot be completed' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  cross_site_request: { status: 403, title: 'Another site sent this request' },
  path_unknown: { status: 404, title: 'There is nothing here' },
  method_refused: { status: 405, title: 'This method is not allowed' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  body_too_large: { status: 413, title: 'The request body is too large' },
  target_too_long: { status: 414, title: 'The request target is too long' },
  expectation_failed: { status: 417, title: 'This expectation cannot be met' },
  host_unknown: { status: 421, title: 'No application answers at this host' },
  rate_limited: { status: 429, title: 'Too many requests' },
  head_too_large: { status: 431, title: 'The request headers are too large' },
  gateway_fault: { status: 500, title: 'The gateway made a mistake' },
  upstream_unreachable: { status: 502, title: 'The application cannot be reached' },
  upstream_failed: { status: 502, title: 'The application broke off its answer' },
  upstream_malformed: { status: 502, title: 'The application answered with invalid HTTP' },
  upstream_busy: { status: 503, title: 'The application has too many requests open' },
  policy_unavailable: { status: 503, title: 'Requests cannot be decided at the moment' },
  stopping: { status: 503, title: 'The gateway is stopping' },
  upstream_timeout: { status: 504, title: 'The application took too long to answer' },
} as const satisfies Record<string, { status: number; title: string }>

export type RefusalCode = keyof typeof catalogue

/** Why a request goes no further. `detail` is a sentence for the client; it never quotes a secret. */
export interface Refusal {
  readonly code: RefusalCode
  readonly detail: string
  /** Flat list of further response headers, as `['Retry-After', '5']`. */
  readonly headers?: readonly string[]
}

export const refusal = (code: RefusalCode, detail: string, headers?: readonly string[]): Refusal =>
  headers === undefined ? { code, detail } : { code, detail, headers }

/** Tells a refusal from the result of a check. */
export const isRefusal = (value: object): value is Refusal => 'code' in value && 'detail' in value
