import { AsyncLocalStorage } from 'node:async_hooks'
import { readHeaders, type RequestLike } from '../../request.ts'
import { type Leaf, Leaves } from './leaves.ts'

/** A request as frameworks have it; what is not there yet (a body, parameters of a route) is read when a query asks. */
export interface TracedRequest extends Pick<RequestLike, 'headers' | 'rawHeaders' | 'url'> {
  readonly body?: unknown
  readonly params?: unknown
}

/** The values of one request. */
export class Trace {
  readonly #request: TracedRequest
  readonly #given: unknown[] = []
  #head: Leaves | undefined
  #read:
    | { readonly body: unknown; readonly params: unknown; readonly given: number; readonly leaves: Leaves }
    | undefined
  /** The event that told of this request, once there is one. */
  eventId: string | undefined

  constructor(request: TracedRequest) {
    this.#request = request
  }

  /** More values that the client wrote. */
  give(value: unknown): void {
    this.#given.push(value)
  }

  /** Lists that stay the same objects while nothing new was read: what is made of them can be kept. */
  lists(): readonly Leaves[] {
    this.#head ??= headOf(this.#request)
    const { body, params } = this.#request
    const known = this.#read
    if (known?.body !== body || known?.params !== params || known?.given !== this.#given.length) {
      const leaves = new Leaves()
      leaves.walk('parameter', '', params)
      leaves.walk('body', '', body)
      for (const value of this.#given) leaves.walk('given', '', value)
      this.#read = { body, params, given: this.#given.length, leaves }
    }
    return this.#read === undefined ? [this.#head] : [this.#head, this.#read.leaves]
  }
}

const underWay = new AsyncLocalStorage<Trace>()

/** The request that this call belongs to. */
export function currentTrace(): Trace | undefined {
  return underWay.getStore()
}

/** Runs `call`, and whatever it begins, as part of this request: its values are traced. */
export function traceRequest<T>(request: TracedRequest, call: () => T): T {
  return underWay.run(new Trace(request), call)
}

/** Adds values of the client that the middleware cannot see: a body that was read by hand, a message of a WebSocket. */
export function traceValue(value: unknown): void {
  currentTrace()?.give(value)
}

/** The path in its segments, the query, the cookies and the other header fields. */
function headOf({ headers, rawHeaders, url = '' }: TracedRequest): Leaves {
  const leaves = new Leaves()
  const target = url.replace(/^[a-z]+:\/\/[^/?#]*/i, '').replace(/#.*$/s, '')
  const [path = '', ...query] = target.split('?')
  for (const segment of path.split('/')) leaves.add('path', '', segment)
  for (const [name, value] of new URLSearchParams(query.join('?'))) {
    leaves.add('query', name, name)
    leaves.walk('query', name, value)
  }
  const fields = readHeaders({ headers, rawHeaders })
  for (const name of fields.names()) {
    for (const value of fields.all(name)) {
      if (name === 'cookie') cookies(leaves, value)
      else leaves.walk('header', name, value)
    }
  }
  return leaves
}

function cookies(leaves: Leaves, header: string): void {
  for (const pair of header.split(';')) {
    const [name = '', ...value] = pair.split('=')
    leaves.walk(
      'cookie',
      name.trim(),
      value
        .join('=')
        .trim()
        .replace(/^"(.*)"$/, '$1'),
    )
  }
}

export type { Leaf }
