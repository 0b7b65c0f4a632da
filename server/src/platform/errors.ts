/** One error that a module can answer with. Codes are stable: clients branch on them. */
export interface ErrorDefinition {
  readonly status: number
  readonly title: string
  /** A sentence for the caller; `{name}` is replaced by the value given with the refusal. Never a secret. */
  readonly detail: string
  /** How to mend it, for the generated page. */
  readonly help: string
}

export interface CatalogueError extends ErrorDefinition {
  readonly code: string
  readonly module: string
}

export type Catalogue = Readonly<Record<string, CatalogueError>>

export function defineErrors<const Codes extends string>(
  module: string,
  definitions: Readonly<Record<Codes, ErrorDefinition>>,
): Readonly<Record<Codes, CatalogueError>> {
  const entries = Object.entries<ErrorDefinition>(definitions).map(([code, definition]) => [
    code,
    Object.freeze({ ...definition, code, module }),
  ])
  return Object.freeze(Object.fromEntries(entries)) as Readonly<Record<Codes, CatalogueError>>
}

export function detailOf(error: CatalogueError, values: Readonly<Record<string, string | number>>): string {
  return error.detail.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** Something that should not happen, or that the caller cannot mend: rolls back, answers 5xx, is logged whole. */
export class Fault extends Error {
  readonly error: CatalogueError
  constructor(error: CatalogueError, privateDetail: string, options?: ErrorOptions) {
    super(`${error.code}: ${privateDetail}`, options)
    this.error = error
  }
}

export const platformErrors = defineErrors('platform', {
  internal_error: {
    status: 500,
    title: 'Internal error',
    detail: 'The server could not finish this request; nothing was changed.',
    help: 'Look up the request id in the server log.',
  },
  database_unavailable: {
    status: 503,
    title: 'Database unavailable',
    detail: 'The database does not answer; nothing was changed. Try again shortly.',
    help: 'Run `holdfast doctor`, which checks the database connection and says how to mend it.',
  },
  tenant_unknown: {
    status: 404,
    title: 'No such tenant',
    detail: 'There is no such tenant here.',
    help: 'Look at the address: `tenant=` names a tenant by its short name, and a host name leads to the tenant that has it.',
  },
  tenant_suspended: {
    status: 403,
    title: 'Tenant suspended',
    detail: 'This tenant is suspended: nobody can sign in to it, and nothing of it is answered.',
    help: 'Operators of the first tenant resume it with `holdfast tenants resume <slug>`.',
  },
  storage_full: {
    status: 503,
    title: 'Storage full',
    detail: 'The database has no space left; nothing was changed.',
    help: 'Make space on the disk of the database. It goes on by itself, and records how long it could not write.',
  },
  outcome_unknown: {
    status: 503,
    title: 'Outcome unknown',
    detail: 'The connection to the database was lost while this was being saved: it may have been done, or not.',
    help: 'Look whether it was done before you repeat it. Its event says so: search the events for the request id.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    detail: 'There is nothing at this address that you may see.',
    help: 'Check the path and the method against the OpenAPI document at /api/openapi.json.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'This address answers {allow} only.',
    help: 'Use a method named in the Allow header.',
  },
  unknown_host: {
    status: 421,
    title: 'Unknown host',
    detail: 'This server does not answer for the host that the request names.',
    help: 'Use the public URL, or add the host to `http.hosts`.',
  },
  unauthenticated: {
    status: 401,
    title: 'Sign-in required',
    detail: 'This needs a valid session or a service key.',
    help: 'Sign in, or send `Authorization: Bearer` with a service key.',
  },
  credential_invalid: {
    status: 401,
    title: 'Credential not accepted',
    detail: 'The credential presented is unknown, expired or revoked.',
    help: 'Sign in again, or create a new key for the service.',
  },
  insufficient_user_authentication: {
    status: 401,
    title: 'Show more of who you are',
    detail: 'This needs a sign-in that {wanted}.',
    help: 'Open `stepUp` of the answer in the browser: it asks for what is missing and leads back. `acrValues` and `maxAge` say what that is (RFC 9470). A service key is not asked for it.',
  },
  forbidden: {
    status: 403,
    title: 'Not permitted',
    detail: '{explanation}',
    help: 'Ask an operator for a policy or a group that permits this, or use `holdfast access check`.',
  },
  cross_site_request: {
    status: 403,
    title: 'Cross-site request refused',
    detail: 'A page of another site sent this request with your session.',
    help: 'Send state-changing requests from the console itself, or with a service key instead of a cookie.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    detail: 'Too many requests; try again in {seconds} s.',
    help: 'Slow down; the Retry-After header says by how much.',
  },
  body_invalid: {
    status: 400,
    title: 'Malformed body',
    detail: 'The body is not valid: {problem}.',
    help: 'Send well-formed JSON (RFC 8259) without duplicate member names.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    detail: 'The body is larger than {limit} bytes.',
    help: 'Send less, or in several requests.',
  },
  media_type_unsupported: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'This address takes {expected}.',
    help: 'Set the Content-Type header.',
  },
  input_invalid: {
    status: 422,
    title: 'Invalid input',
    detail: 'Some of the input is not valid; `errors` names each.',
    help: 'Compare the request with the OpenAPI document.',
  },
  epoch_not_reached: {
    status: 503,
    title: 'Epoch not reached',
    detail: 'The answer would be older than the epoch that was demanded.',
    help: 'Try again shortly: the database that was read has not got the change yet. An epoch that no change has had is never reached.',
  },
  stopping: {
    status: 503,
    title: 'Stopping',
    detail: 'The server is stopping; try again shortly.',
    help: 'Wait for the next start.',
  },
})
