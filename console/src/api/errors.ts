import type { Finding } from './types.ts'

/** A refusal or fault as the control plane said it: RFC 9457 with the members that Holdfast adds. */
interface Problem {
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly requestId: string | null
  readonly eventId: string | null
  readonly errors: readonly { readonly path: string; readonly message: string }[]
  readonly findings: readonly Finding[]
  /** with `insufficient_user_authentication`: the page at which more of oneself is shown */
  readonly stepUp: string | null
}

/** Every call that does not succeed rejects with this. `status` is 0 when no answer came at all. */
export class ApiError extends Error {
  readonly status: number
  readonly problem: Problem

  constructor(status: number, problem: Problem) {
    super(problem.detail)
    this.name = 'ApiError'
    this.status = status
    this.problem = problem
  }
}

/**
 * Reads a problem document out of an answer's body, whatever it holds: a body that is not one (a proxy's page, an empty body) still
 * becomes a sentence with a stable code (`http_<status>`).
 */
export function toApiError(status: number, body: unknown): ApiError {
  const record = isRecord(body) ? body : {}
  const title = text(record['title']) ?? `The control plane answered ${status}`
  return new ApiError(status, {
    code: text(record['code']) ?? `http_${status}`,
    title,
    detail: text(record['detail']) ?? title,
    requestId: text(record['requestId']),
    eventId: text(record['eventId']),
    errors: list(record['errors']).flatMap((item) =>
      isRecord(item)
        ? [{ path: pathOf(item['path']).replace(/^body\./u, ''), message: text(item['message']) ?? 'is not valid' }]
        : [],
    ),
    findings: list(record['findings']).filter(isFinding),
    stepUp: text(record['stepUp']),
  })
}

/** The error of a request that got no answer: the control plane is down, or the network between is. */
export function unreachable(): ApiError {
  return new ApiError(0, {
    code: 'unreachable',
    title: 'No answer',
    detail: 'The control plane did not answer. Check that it runs and that this browser can reach it.',
    requestId: null,
    eventId: null,
    errors: [],
    findings: [],
    stepUp: null,
  })
}

/** What the server said about one field of a form, or undefined. Paths may come as `email`, `/email` or `body.email`. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  return error.problem.errors.find(
    ({ path }) => path === field || path.endsWith(`.${field}`) || path.endsWith(`/${field}`),
  )?.message
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isFinding(value: unknown): value is Finding {
  return isRecord(value) && typeof value['message'] === 'string' && isPlace(value['start']) && isPlace(value['end'])
}

function isPlace(value: unknown): boolean {
  return value === null || isRecord(value)
}

function pathOf(value: unknown): string {
  return Array.isArray(value) ? value.join('.') : (text(value) ?? '')
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
