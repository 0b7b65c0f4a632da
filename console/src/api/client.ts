import { ApiError, toApiError, unreachable } from './errors.ts'

export type Query = Readonly<Record<string, string | number | null | undefined>>

export interface Client {
  readonly get: <T>(path: string, query?: Query, signal?: AbortSignal) => Promise<T>
  readonly send: <T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown) => Promise<T>
  /** Sends bytes as they are, under their own type: a picture. */
  readonly upload: <T>(method: 'PUT', path: string, bytes: Blob) => Promise<T>
  /** What comes as a file: a proof, a pack. */
  readonly file: (path: string, query?: Query, signal?: AbortSignal) => Promise<Blob>
}

interface ClientDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /**
   * Called once per refused call when the session is gone, or shows too little (401), before the call rejects.
   * @param stepUp where more can be shown, in the second case
   */
  readonly onUnauthenticated: (stepUp: string | null) => void
  /** Called once per call that found the server sealed (503 `sealed`), before the call rejects. */
  readonly onSealed: () => void
}

/**
 * Speaks JSON with `/api/v1` on this origin, by the session cookie. Rejects with ApiError for every answer that is not 2xx; an aborted
 * call rejects with the abort itself.
 */
export function createClient({ fetch, onUnauthenticated, onSealed }: ClientDeps): Client {
  async function call(method: string, url: string, init: RequestInit): Promise<Response> {
    let response: Response
    try {
      response = await fetch(url, { ...init, method, credentials: 'same-origin', redirect: 'error' })
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      throw unreachable()
    }
    if (response.ok) return response
    const error = toApiError(response.status, await bodyOf(response))
    if (response.status === 401) onUnauthenticated(error.problem.stepUp)
    if (error.problem.code === 'sealed') onSealed()
    throw error
  }

  const read = async (path: string, query: Query, accept: string, signal?: AbortSignal) =>
    await call('GET', `/api/v1${path}${queryString(query)}`, {
      headers: { accept },
      ...(signal === undefined ? {} : { signal }),
    })

  return {
    get: async <T>(path: string, query: Query = {}, signal?: AbortSignal) =>
      (await bodyOf(await read(path, query, 'application/json', signal))) as T,
    send: async <T>(method: string, path: string, body?: unknown) => {
      const response = await call(method, `/api/v1${path}`, {
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return (await bodyOf(response)) as T
    },
    upload: async <T>(method: string, path: string, bytes: Blob) => {
      const headers = { accept: 'application/json', 'content-type': bytes.type }
      return (await bodyOf(await call(method, `/api/v1${path}`, { headers, body: bytes }))) as T
    },
    file: async (path, query = {}, signal) => {
      const response = await read(path, query, '*/*', signal)
      try {
        return await response.blob()
      } catch (error) {
        if (error instanceof DOMException && error.name === 'AbortError') throw error
        throw unreachable()
      }
    },
  }
}

/** Builds a path of `/api/v1`; every value put in becomes exactly one segment, whatever characters it has. */
export function at(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((path, part, index) => path + encodeURIComponent(values[index - 1] ?? '') + part)
}

/**
 * Where a person without a session is sent, or with one that shows too little: a page of the sign-in, which comes back to
 * where they were.
 */
export function signInLocation(
  location: { readonly pathname: string; readonly search: string },
  stepUp: string | null = null,
): string {
  const back = location.pathname + location.search
  if (stepUp?.startsWith('/sign-in/') !== true) return `/sign-in?return=${encodeURIComponent(back)}`
  const [path = '', query = ''] = stepUp.split('?', 2)
  const asked = new URLSearchParams(query)
  asked.set('return', back)
  return `${path}?${asked.toString()}`
}

/** Answers of 503 that asking the same again would only make worse. */
const lasting: readonly string[] = ['search_too_broad', 'sealed']

/** Whether asking again may help: no answer, or a fault of the server; never a refusal. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof ApiError) || lasting.includes(error.problem.code)) return false
  return error.status === 0 || error.status >= 500
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
