import { HoldfastError, toProblem } from '@holdfast/sdk'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

export interface FieldError {
  path: string
  message: string
}

/** What the shop itself refuses; what Holdfast refuses is a HoldfastError. Both leave as RFC 9457 problems. */
export class ShopError extends Error {
  readonly code: string
  readonly status: ContentfulStatusCode
  readonly title: string
  readonly errors: readonly FieldError[]

  /** @param detail a sentence for the caller: nothing inner, nothing of other people */
  constructor(code: string, status: ContentfulStatusCode, title: string, detail: string, errors: FieldError[] = []) {
    super(detail)
    this.name = 'ShopError'
    this.code = code
    this.status = status
    this.title = title
    this.errors = errors
  }
}

export function notFound(what: string): ShopError {
  return new ShopError('not_found', 404, 'Not found', `There is no such ${what}.`)
}

export interface Problem {
  status: number
  title: string
  detail?: string | undefined
  body: Record<string, unknown>
  headers: Readonly<Record<string, string>>
}

/**
 * Any error as what the caller may read of it: an unknown one says nothing of itself.
 * @param record told of a request that the shop's own rules refuse; @returns the id of the event
 */
export function problemOf(error: unknown, record: (error: ShopError) => string | undefined): Problem {
  if (error instanceof HoldfastError) {
    return {
      status: error.status,
      title: error.title,
      detail: error.detail,
      body: { ...toProblem(error) },
      headers: error.headers,
    }
  }
  if (error instanceof ShopError) return shopProblem(error, REFUSALS.has(error.status) ? record(error) : undefined)
  if (isUnavailable(error)) {
    const detail = 'The shop cannot reach its database. Nothing was changed; try again in a moment.'
    return shopProblem(new ShopError('database_unavailable', 503, 'Temporarily unavailable', detail))
  }
  return shopProblem(new ShopError('internal', 500, 'Internal error', 'Something broke on our side.'))
}

/** A rule of the shop said no; the other statuses say that something is missing or broken. */
const REFUSALS: ReadonlySet<number> = new Set([403, 409, 422])

function shopProblem({ code, status, title, message, errors }: ShopError, eventId?: string): Problem {
  const body = {
    type: `tag:shop.example,2026:problems/${code}`,
    title,
    status,
    detail: message,
    code,
    ...(eventId === undefined ? {} : { eventId }),
    ...(errors.length === 0 ? {} : { errors }),
  }
  return { status, title, detail: message, body, headers: {} }
}

/** SQLSTATE classes 08 (connection), 53 (resources) and 57 (operator), and what the network and the pool say. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (/^(08|53|57)/.test(code) && code.length === 5) return true
  if (/^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|ENOENT)/.test(code)) return true
  return /connection terminated|timeout exceeded when trying to connect/i.test(error.message)
}
