import type { z } from 'zod'
import { platformErrors } from '../errors.ts'
import { type Outcome, ok, refuse } from '../outcome.ts'
import type { Presented } from '../ports.ts'
import { JsonProblem, parseStrictJson } from './strict-json.ts'

export const sessionCookie = '__Host-holdfast'

/** What the request presents as a credential. A bearer is looked at first and alone: never two identities at once. */
export function presentedBy(headers: Headers): Presented | undefined {
  const authorization = headers.get('authorization')
  if (authorization !== null) {
    const [scheme = '', token = ''] = authorization.split(' ', 2)
    if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', secret: token }
  }
  const secret = cookieValue(headers.get('cookie') ?? '', sessionCookie)
  return secret === undefined ? undefined : { kind: 'cookie', secret }
}

/** @returns the value of the cookie; undefined when absent, or when it occurs twice and nobody knows which is meant */
export function cookieValue(header: string, name: string): string | undefined {
  const values = header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
  return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined
}

/**
 * Whether a browser sent this from a page of another site. Fetch metadata where the browser has it, else Origin; a
 * request with neither does not come from a browser that could have been tricked.
 */
export function isCrossSite(headers: Headers, ownOrigins: readonly string[]): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  return origin !== null && !ownOrigins.includes(origin)
}

/** Reads a body up to the limit, whatever Content-Length says. */
export async function readBytes(request: Request, limit: number): Promise<Outcome<Buffer>> {
  const said = request.headers.get('content-length')
  if (Number(said ?? 0) > limit) return refuse(platformErrors.body_too_large, { limit })
  // Node ends a body at the length that it was said to have (RFC 9112, section 6.3).
  if (said !== null && request.headers.get('transfer-encoding') === null) {
    return request.arrayBuffer().then(
      (bytes) => ok(Buffer.from(bytes)),
      () => refuse(platformErrors.body_invalid, { problem: 'it ended early' }),
    )
  }
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength
      if (size > limit) return refuse(platformErrors.body_too_large, { limit })
      chunks.push(chunk)
    }
  } catch {
    // The client went away, or was too slow: nobody reads the answer, and nothing of ours is broken.
    return refuse(platformErrors.body_invalid, { problem: 'it ended early' })
  }
  return ok(Buffer.concat(chunks))
}

/** The same, as text. */
export async function readBody(request: Request, limit: number): Promise<Outcome<string>> {
  const bytes = await readBytes(request, limit)
  if (!bytes.ok) return bytes
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value))
  } catch {
    return refuse(platformErrors.body_invalid, { problem: 'not UTF-8' })
  }
}

export function parseJsonBody(text: string): Outcome<unknown> {
  if (text === '') return refuse(platformErrors.body_invalid, { problem: 'empty' })
  try {
    return ok(parseStrictJson(text))
  } catch (error) {
    if (error instanceof JsonProblem) return refuse(platformErrors.body_invalid, { problem: error.message })
    throw error
  }
}

export function parseForm(text: string): Outcome<Record<string, string>> {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    if (name in fields)
      return refuse(platformErrors.body_invalid, { problem: `the field ${name.slice(0, 40)} occurs twice` })
    fields[name] = value
  }
  return ok({ ...fields })
}

export function queryOf(url: URL): Record<string, string> {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of url.searchParams) fields[name] = value
  return { ...fields }
}

/** The issues of a zod error as `errors` of the problem document; values are left out, they may be secrets. */
export function invalid(error: z.ZodError, place: 'query' | 'body' | 'form'): Outcome<never> {
  const errors = error.issues.slice(0, 50).map((issue) => ({
    path: [place, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }))
  return refuse(platformErrors.input_invalid, {}, { errors })
}
