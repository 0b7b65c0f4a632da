import { AsyncLocalStorage } from 'node:async_hooks'
import { HOLDFAST_REQUEST_HEADER } from '@holdfast/bundle'
import type { Source } from '@holdfast/events'
import type { PeerSocket } from './edge/index.ts'
import type { PrincipalReference } from './principal.ts'

/** What `authenticate` reads of a request: Node's IncomingMessage and the web's Request both are one. */
export interface RequestLike {
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** Node's flat list of names and values. With it a repeated header field is seen as such. */
  readonly rawHeaders?: readonly string[] | undefined
  /** Without it a session cookie is treated as in an unsafe method. */
  readonly method?: string | undefined
  readonly socket?: (PeerSocket & { readonly remoteAddress?: string | undefined }) | null | undefined
  /** As the client sent it: the target of the request line, or the whole address. Only DPoP proofs need it. */
  readonly url?: string | undefined
}

/** What an event tells of the request that led to it. */
export interface RequestInfo {
  readonly source: Source
  /** The gateway's id of the request, which its own events bear too; null for a request that came another way. */
  readonly requestId: string | null
}

/** The header fields of one request, by lower-case name, each with all its values. */
export interface HeaderFields {
  all(name: string): readonly string[]
  names(): Iterable<string>
}

export function readHeaders({ headers, rawHeaders }: Pick<RequestLike, 'headers' | 'rawHeaders'>): HeaderFields {
  const fields = new Map<string, string[]>()
  const add = (name: string, value: string) => {
    const lower = name.toLowerCase()
    const values = fields.get(lower)
    if (values === undefined) fields.set(lower, [value])
    else values.push(value)
  }
  if (rawHeaders !== undefined) {
    for (let index = 0; index + 1 < rawHeaders.length; index += 2)
      add(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '')
  } else if (headers instanceof Headers) {
    for (const [name, value] of headers) add(name, value)
  } else {
    for (const [name, value] of Object.entries(headers)) {
      for (const each of typeof value === 'string' ? [value] : (value ?? [])) add(name, each)
    }
  }
  return { all: (name) => fields.get(name) ?? [], names: () => fields.keys() }
}

/**
 * Where a request came from. What the gateway says of it (X-Forwarded-For, its last entry, and Holdfast-Request-Id) counts only when the
 * request verifiably came through a gateway; otherwise anybody could have written it. X-Request-Id never counts: a gateway passes on what
 * the client wrote there.
 * @param throughGateway its identity token has been verified
 */
export function requestInfo(request: RequestLike, fields: HeaderFields, throughGateway: boolean): RequestInfo {
  const peer = request.socket?.remoteAddress ?? null
  const forwarded = fields.all('x-forwarded-for').at(-1)?.split(',').at(-1)?.trim()
  const trusted = throughGateway && forwarded !== undefined && forwarded !== ''
  return {
    source: { address: trusted ? forwarded : peer, userAgent: fields.all('user-agent')[0] ?? null },
    requestId: throughGateway ? requestIdOf(fields) : null,
  }
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

function requestIdOf(fields: HeaderFields): string | null {
  const [id, ...more] = fields.all(HOLDFAST_REQUEST_HEADER)
  return id !== undefined && more.length === 0 && UUID_V7.test(id) ? id : null
}

const NOWHERE: RequestInfo = { source: { address: null, userAgent: null }, requestId: null }

/** Ties decisions to requests: by the principal that `authenticate` gave out, else by the request under way in an adapter. */
export interface RequestMemory {
  /** @param scheme in which it showed its token, if it did */
  remember(principal: PrincipalReference, info: RequestInfo, scheme?: 'Bearer' | 'DPoP'): void
  schemeOf(principal: PrincipalReference): 'Bearer' | 'DPoP'
  /** When it was, in milliseconds since 1970; undefined for one that was not authenticated here. */
  authenticatedAt(principal: PrincipalReference): number | undefined
  recall(principal: PrincipalReference | null): RequestInfo
  run<T>(info: RequestInfo, call: () => T): T
}

interface Remembered {
  readonly info: RequestInfo
  readonly scheme: 'Bearer' | 'DPoP'
  readonly at: number
}

/** @param now milliseconds since 1970 */
export function createRequestMemory(now: () => number): RequestMemory {
  const byPrincipal = new WeakMap<PrincipalReference, Remembered>()
  const underWay = new AsyncLocalStorage<RequestInfo>()
  return {
    remember: (principal, info, scheme = 'Bearer') => void byPrincipal.set(principal, { info, scheme, at: now() }),
    schemeOf: (principal) => byPrincipal.get(principal)?.scheme ?? 'Bearer',
    authenticatedAt: (principal) => byPrincipal.get(principal)?.at,
    recall: (principal) =>
      (principal === null ? undefined : byPrincipal.get(principal)?.info) ?? underWay.getStore() ?? NOWHERE,
    run: (info, call) => underWay.run(info, call),
  }
}
