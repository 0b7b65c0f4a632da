import type { Explanation } from './errors.ts'

/** RFC 9457 problem details, with our extension members. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  /** Id of the event that records the refusal. */
  readonly eventId?: string
  /** The gateway's id of the request, which its events bear too; absent when the request did not verifiably come through a gateway. */
  readonly requestId?: string
  /** Of `insufficient_user_authentication` (RFC 9470): what is wanted, and where a browser behind the gateway gets it. */
  readonly acrValues?: string
  readonly maxAge?: number
  readonly stepUp?: string
  /** Of `insufficient_scope`: what is wanted. */
  readonly scope?: string
  /** Of a refused decision: why. */
  readonly explanation?: Explanation
}

interface ProblemSource {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly eventId: string | undefined
  readonly requestId: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly members?: Readonly<Record<string, string | number>> | undefined
}

/** The body for an error of the SDK. Anything else becomes a 500 that tells nothing of the error. */
export function toProblem(error: unknown): Problem {
  if (!isRefusal(error)) {
    const detail = 'The application failed. Nothing was decided by it.'
    return { type: 'about:blank', title: 'Internal error', status: 500, detail, code: 'internal_error' }
  }
  const { type, title, status, detail, code, eventId, requestId } = error
  return {
    type,
    title,
    status,
    detail,
    code,
    ...error.members,
    ...(eventId !== undefined && { eventId }),
    ...(requestId !== undefined && { requestId }),
    ...(isExplained(error) && { explanation: error.explanation }),
  }
}

/** The whole answer: never cached, and with the header fields that the error asks for. */
export function problemOf(error: unknown): { status: number; headers: Record<string, string>; body: string } {
  const problem = toProblem(error)
  const own = isRefusal(error) ? error.headers : {}
  const headers = { ...own, 'content-type': 'application/problem+json', 'cache-control': 'no-store' }
  return { status: problem.status, headers, body: JSON.stringify(problem) }
}

export function responseOf(error: unknown): Response {
  const { status, headers, body } = problemOf(error)
  return new Response(body, { status, headers })
}

/** By name and not by class, so that two copies of this package in one program understand each other. */
export function isRefusal(error: unknown): error is ProblemSource {
  return (
    error instanceof Error && (error.name === 'HoldfastError' || error.name === 'ForbiddenError') && 'type' in error
  )
}

function isExplained(error: ProblemSource): error is ProblemSource & { explanation: Explanation } {
  return 'explanation' in error && 'shown' in error && error.shown === true
}
