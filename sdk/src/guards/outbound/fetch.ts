import { fetch as send } from 'undici'
import { dispatcherOf } from './agents.ts'
import { createGatekeeper, type Gatekeeper, OutboundRefused, type OutboundRules } from './rules.ts'

export interface GuardedFetchOptions extends OutboundRules {
  /** How many redirects are followed; each is checked as the first address is. Default: 5. */
  readonly redirects?: number
  /** Milliseconds for the whole of it, the body and all redirects too. Default: 10,000. */
  readonly timeout?: number
  /** Of the answer's body, after decompression. Default: 10 MiB. */
  readonly mostBytes?: number
}

/** `fetch`, and what ends its connections. */
export type GuardedFetch = typeof globalThis.fetch & { close(): Promise<void> }

/** What may go along to another origin: nothing in these tells who asks. */
const IMPERSONAL = /^(?:accept(?:-language)?|content-(?:type|language|encoding)|user-agent|if-.*|range)$/
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304])

interface Step {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: RequestInit['body']
}

/**
 * A `fetch` for addresses that somebody else named. It goes only to hosts that are allowed and to addresses that were checked, each name asked
 * for once a connection; knows no proxy; ends in time and in size.
 * @throws (its promise) OutboundRefused; what `fetch` throws
 */
export function guardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const { redirects = 5, timeout = 10_000, mostBytes = 10 * 1024 * 1024 } = options
  const gatekeeper = createGatekeeper(options)
  const dispatcher = dispatcherOf(gatekeeper)

  const guarded = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const given = input instanceof Request ? input : undefined
    const signals = [AbortSignal.timeout(timeout), init.signal ?? given?.signal].filter((signal) => signal != null)
    const signal = AbortSignal.any(signals)
    const mode = init.redirect ?? given?.redirect ?? 'follow'
    const headers = new Headers(init.headers ?? given?.headers)
    let step: Step = {
      url: new URL(typeof input === 'string' || input instanceof URL ? input : input.url),
      method: (init.method ?? given?.method ?? 'GET').toUpperCase(),
      headers,
      body: await bodyOf(init.body ?? given?.body ?? null, headers),
    }
    for (let followed = 0; ; followed++) {
      const { url, method, headers, body } = step
      admit(gatekeeper, url)
      const answer = await sent(url, { method, headers: [...headers], body, signal, dispatcher })
      const location = answer.headers.get('location')
      if (mode === 'manual' || location === null || !REDIRECTS.has(answer.status)) {
        return limited(answer, url, mostBytes, followed > 0)
      }
      await answer.body?.cancel()
      if (mode === 'error') throw new TypeError('The answer is a redirect.')
      if (followed >= redirects) throw new OutboundRefused(url.hostname, `more than ${redirects} redirects`)
      step = redirected(step, answer.status, new URL(location, url))
    }
  }
  return Object.assign(guarded, { close: () => dispatcher.destroy() })
}

/** Forms become bytes with their type: what undici knows as a form is a class of its own. */
async function bodyOf(body: RequestInit['body'], headers: Headers): Promise<RequestInit['body']> {
  if (body == null || typeof body === 'string' || body instanceof ReadableStream || ArrayBuffer.isView(body))
    return body
  const whole = new Response(body)
  const type = whole.headers.get('content-type')
  if (type !== null && !headers.has('content-type')) headers.set('content-type', type)
  return new Uint8Array(await whole.arrayBuffer())
}

function admit(gatekeeper: Gatekeeper, { protocol, hostname, port, username, password }: URL): void {
  const scheme = protocol.slice(0, -1)
  gatekeeper.admit(scheme, hostname, Number(port || (scheme === 'https' ? 443 : 80)))
  if (username !== '' || password !== '') throw new OutboundRefused(hostname, 'the address has a password in it')
}

async function sent(url: URL, init: object): Promise<Response> {
  try {
    return await send(url, { ...init, redirect: 'manual', duplex: 'half' })
  } catch (error) {
    // undici tells of all that goes wrong as a TypeError, with what it was as the cause.
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
      if (cause instanceof OutboundRefused) throw cause
    }
    throw error
  }
}

/** The Fetch standard, section 4.4 (HTTP-redirect fetch); more than its credentials stay behind at another origin. */
function redirected({ url, method, headers, body }: Step, status: number, next: URL): Step {
  if (url.protocol === 'https:' && next.protocol !== 'https:') {
    throw new OutboundRefused(next.hostname, 'it is a redirect away from https')
  }
  if (body instanceof ReadableStream && status !== 303) throw new TypeError('A stream cannot be sent again.')
  const becomesGet = (status === 303 && method !== 'HEAD') || (status < 303 && method === 'POST')
  const kept = [...headers].filter(([name]) => {
    if (becomesGet && name.startsWith('content-')) return false
    return url.origin === next.origin || IMPERSONAL.test(name)
  })
  return { url: next, method: becomesGet ? 'GET' : method, headers: new Headers(kept), body: becomesGet ? null : body }
}

/** The same answer, whose body ends with an error behind `most` bytes: half of something is not something. */
function limited(answer: Response, url: URL, most: number, isRedirected: boolean): Response {
  const { status, statusText, headers } = answer
  let left = most
  const counting = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      left -= chunk.byteLength
      if (left < 0) controller.error(new OutboundRefused(url.hostname, `the answer is longer than ${most} bytes`))
      else controller.enqueue(chunk)
    },
  })
  const body = BODILESS.has(status) ? null : (answer.body?.pipeThrough(counting) ?? null)
  const response = new Response(body, { status, statusText, headers: [...headers] })
  return Object.defineProperties(response, { url: { value: url.href }, redirected: { value: isRedirected } })
}
