import { ApiError, toApiError, unreachable } from './errors.ts'

export type Query = Readonly<Record<string, string | number | null | undefined>>

export interface Client {
  readonly get: <T>(path: string, query?: Query, signal?: AbortSignal) => Promise<T>
  readonly send: <T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<T>
}

interface ClientDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Called once per refused call when the session is gone (401), before the call rejects. */
  readonly onUnauthenticated: () => void
}

/**
 * Speaks JSON with `/api/v1` on this origin, by the session cookie. Rejects with ApiError for every answer that is not 2xx; an aborted
 * call rejects with the abort itself.
 */
export function createClient({ fetch, onUnauthenticated }: ClientDeps): Client {
  async function call<T>(method: string, url: string, init: RequestInit): Promise<T> {
    let response: Response
    try {
      response = await fetch(url, { ...init, method, credentials: 'same-origin', redirect: 'error' })
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      throw unreachable()
    }
    const body = await bodyOf(response)
    if (response.ok) return body as T
    if (response.status === 401) onUnauthenticated()
    throw toApiError(response.status, body)
  }

  return {
    get: async (path, query = {}, signal) =>
      await call('GET', `/api/v1${path}${queryString(query)}`, {
        headers: { accept: 'application/json' },
        ...(signal === undefined ? {} : { signal }),
      }),
    send: async (method, path, body) =>
      await call(method, `/api/v1${path}`, {
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  }
}

/** Builds a path of `/api/v1`; every value put in becomes exactly one segment, whatever characters it has. */
export function at(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((path, part, index) => path + encodeURIComponent(values[index - 1] ?? '') + part)
}

/** Where a person without a session is sent: the sign-in page, which comes back to where they were. */
export function signInLocation(location: { readonly pathname: string; readonly search: string }): string {
  return `/sign-in?return=${encodeURIComponent(location.pathname + location.search)}`
}

/** Whether asking again may help: no answer, or a fault of the server; never a refusal. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500)
}

function queryString(query: Query): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
