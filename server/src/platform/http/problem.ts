import { detailOf } from '../errors.ts'
import type { Refused } from '../outcome.ts'
import type { RefusalForm } from './route.ts'

export interface ProblemContext {
  readonly publicUrl: string
  readonly requestId: string
  readonly eventId?: string | undefined
}

/** Problem details, RFC 9457, section 3.1, with our extension members. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly requestId: string
  readonly eventId?: string
  readonly [extension: string]: unknown
}

function problemOf(refused: Refused, context: ProblemContext): Problem {
  const { error } = refused
  return {
    ...refused.extra,
    type: `${context.publicUrl}/problems/${error.code}`,
    title: error.title,
    status: error.status,
    detail: detailOf(error, refused.values),
    code: error.code,
    requestId: context.requestId,
    ...(context.eventId !== undefined && { eventId: context.eventId }),
  }
}

export function problemResponse(
  refused: Refused,
  context: ProblemContext,
  own?: { readonly form: RefusalForm | null; readonly request: Request },
): Response {
  const problem = problemOf(refused, context)
  const { media, body, status, headers }: ReturnType<RefusalForm> = own?.form?.(problem, own.request) ?? {
    media: 'application/problem+json',
    body: JSON.stringify(problem),
  }
  return new Response(typeof body === 'string' ? body : Uint8Array.from(body), {
    status: status ?? refused.error.status,
    headers: { 'content-type': media, 'cache-control': 'no-store', ...headers, ...refused.reply.headers },
  })
}
