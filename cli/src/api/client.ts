import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../failure.ts'
import type { Connection } from './connection.ts'
import { ApiProblem } from './problem.ts'
import type { Page, Problem } from './types.ts'

export type Query = Readonly<Record<string, string | number | undefined>>

interface RequestOptions {
  readonly query?: Query
  readonly body?: unknown
  /** sent as they are, instead of a body */
  readonly bytes?: Uint8Array
  readonly milliseconds?: number
  readonly accept?: string
}

const pageSize = 200
const patience = 30_000 // milliseconds until the first byte of an answer; a long poll says its own

/** The management API of one control plane. Every refusal and every failure of the network is thrown as a Failure. */
export class Api {
  readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  get<Answer>(path: string, query: Query = {}, milliseconds: number = patience): Promise<Answer> {
    return this.#request<Answer>('GET', path, { query, milliseconds })
  }

  post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
    return this.#request<Answer>('POST', path, { body })
  }

  put<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#request<Answer>('PUT', path, { body })
  }

  putBytes<Answer>(path: string, bytes: Uint8Array): Promise<Answer> {
    return this.#request<Answer>('PUT', path, { bytes })
  }

  patch<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.#request<Answer>('PATCH', path, { body })
  }

  delete<Answer>(path: string): Promise<Answer> {
    return this.#request<Answer>('DELETE', path, {})
  }

  /**
   * What is no JSON: a text, a tile, a stream. Waits where the server says that it is asked too often.
   * @param path from the root of the control plane, as `/log/checkpoint`
   * @param milliseconds until the end of the answer
   */
  async raw(path: string, query: Query = {}, milliseconds: number = patience): Promise<Response> {
    for (let left = 20; ; left--) {
      const response = await this.#fetch('GET', path, { query, milliseconds, accept: '*/*' })
      if (response.ok) return response
      const seconds = Number(response.headers.get('retry-after') ?? '1')
      if (response.status !== 429 || left === 0) return read<never>(response, this.connection.url)
      await response.body?.cancel()
      await sleep(Math.min(seconds, 60) * 1000)
    }
  }

  /** Every item of a list, page after page. */
  async all<Item>(path: string, query: Query = {}): Promise<readonly Item[]> {
    const items: Item[] = []
    let cursor: string | undefined
    do {
      const page: Page<Item> = await this.get(path, { limit: pageSize, ...query, cursor })
      items.push(...page.items)
      cursor = page.next ?? undefined
    } while (cursor !== undefined)
    return items
  }

  async #request<Answer>(method: string, path: string, options: RequestOptions): Promise<Answer> {
    return read<Answer>(await this.#fetch(method, `/api/v1${path}`, options), this.connection.url)
  }

  async #fetch(
    method: string,
    path: string,
    { query = {}, body, bytes, milliseconds = patience, accept = 'application/json' }: RequestOptions,
  ): Promise<Response> {
    const { url, session, renewed } = this.connection
    const token = this.connection.token ?? (await renewed?.())
    const target = new URL(`${url}${path}`)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) target.searchParams.set(name, String(value))
    }
    return fetch(target, {
      method,
      redirect: 'manual',
      headers: {
        accept,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(session !== undefined && { cookie: `__Host-holdfast=${session}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(bytes !== undefined && { 'content-type': 'application/octet-stream' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(bytes !== undefined && { body: Uint8Array.from(bytes) }),
      signal: AbortSignal.timeout(milliseconds),
    }).catch((cause: unknown) => {
      throw unreachable(url, cause)
    })
  }
}

/** Path segments that came from people: `people/ada@example.com/..` stays one segment. */
export function segment(text: string): string {
  if (text === '' || text === '.' || text === '..') {
    throw new Failure({ code: 'usage', detail: `"${text}" is no name.`, exitCode: 2 })
  }
  return encodeURIComponent(text)
}

async function read<Answer>(response: Response, url: string): Promise<Answer> {
  const type = response.headers.get('content-type') ?? ''
  if (response.status === 204) return undefined as Answer
  const text = await response.text().catch((cause: unknown) => {
    throw unreachable(url, cause)
  })
  const json = type.includes('json') ? parsed(text) : undefined
  if (response.ok && json !== undefined) return json as Answer
  if (type.includes('problem+json') && json !== undefined) throw new ApiProblem(json as Problem)
  throw new Failure({
    code: 'not_holdfast',
    detail: `${url} answered ${response.status} (${type || 'no content type'}), which is not how Holdfast answers.`,
    mend: 'Check --url or HOLDFAST_URL: it names the control plane, not the gateway or an application behind it.',
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unreachable(url: string, cause: unknown): Failure {
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return new Failure({
      code: 'timeout',
      detail: `${url} did not answer in time.`,
      mend: 'Try "holdfast doctor".',
      cause,
    })
  }
  const reason = errorCode(cause)
  return new Failure({
    code: 'unreachable',
    detail: `${url} cannot be reached${reason === undefined ? '' : `: ${reason}`}.`,
    mend: 'Start the control plane with "holdfast start", or name another one with --url or HOLDFAST_URL.',
    cause,
  })
}

/** fetch hides the system's error in its cause: ECONNREFUSED, ENOTFOUND, a certificate that is not trusted. */
function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return errorCode(error.cause)
}
