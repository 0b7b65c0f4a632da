import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { DeliveryFailed, failureOf } from '../transports/transport.ts'
import { fixedLookup, type Outbound, resolveChecked } from '../../../../platform/outbound/resolve.ts'

export interface PostOptions {
  readonly url: string
  readonly timeoutSeconds: number
  /** PEM; replaces the authorities of the system */
  readonly caCertificate?: string | undefined
}

export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** the beginning of the body, at most 64 KiB */
  readonly body: Buffer
}

export interface Poster {
  /** @throws DeliveryFailed when there was no whole answer; any status is an answer */
  post(headers: Readonly<Record<string, string>>, body: Uint8Array, signal: AbortSignal): Promise<Answered>
  close(): void
}

const bodyMost = 64 * 1024

/**
 * Posts to one address, over one connection that is kept. It follows no redirect: the far side would choose who gets our
 * events and our headers, and could point inside.
 */
export function createPoster(options: PostOptions, outbound: Outbound): Poster {
  const url = new URL(options.url)
  const secure = url.protocol === 'https:'
  const settings = { keepAlive: true, maxSockets: 1 }
  const agent = secure
    ? new HttpsAgent({ ...settings, ...(options.caCertificate !== undefined && { ca: options.caCertificate }) })
    : new HttpAgent(settings)

  async function once(
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<Answered | 'stale'> {
    const lookup = fixedLookup(await resolveChecked(url.hostname, outbound))
    return new Promise((resolve, reject) => {
      const sent: RequestOptions = {
        method: 'POST',
        agent,
        signal,
        lookup,
        maxHeaderSize: 16 * 1024,
        headers: { ...headers, 'content-length': body.byteLength },
      }
      const request = (secure ? httpsRequest : httpRequest)(url, sent)
      request.on('response', (response) => void readAnswer(response).then(resolve, reject))
      request.on('error', (error: NodeJS.ErrnoException) => {
        // A kept connection that the far side had closed in the meantime: nothing was read of this request.
        if (request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) resolve('stale')
        else reject(error)
      })
      request.end(body)
    })
  }

  return {
    async post(headers, body, signal) {
      const limit = AbortSignal.timeout(options.timeoutSeconds * 1000)
      const both = AbortSignal.any([signal, limit])
      try {
        const first = await once(headers, body, both)
        const answer = first === 'stale' ? await once(headers, body, both) : first
        if (answer === 'stale') throw new DeliveryFailed('the connection was closed before an answer came')
        return answer
      } catch (error) {
        if (limit.aborted) throw new DeliveryFailed(`there was no whole answer within ${options.timeoutSeconds} s`)
        throw failureOf(error)
      }
    },
    close: () => agent.destroy(),
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answered> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > bodyMost) {
      response.destroy()
      break
    }
    chunks.push(chunk)
  }
  const { 'content-type': contentType, 'retry-after': retryAfter } = response.headers
  return {
    status: response.statusCode ?? 0,
    headers: { 'content-type': contentType, 'retry-after': retryAfter },
    body: Buffer.concat(chunks),
  }
}

/**
 * What a status that is no success means for the batch.
 * @returns the failure; the caller throws it
 */
export function refusedBy({ status, headers }: Answered): DeliveryFailed {
  if (status >= 300 && status < 400)
    return new DeliveryFailed(`it answered with a redirect (${status}), which is not followed`)
  const seconds = retryAfter(headers['retry-after'])
  // The request itself is what it does not like; a smaller one may pass.
  const tooMuch = status === 400 || status === 413 || status === 422
  return new DeliveryFailed(`it answered ${status}`, { retryAfterSeconds: seconds, tooMuch })
}

/** RFC 9110, section 10.2.3, in seconds; a date is not worth its trust in two clocks. An hour at most. */
function retryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,9}$/.test(value) ? Math.min(Number(value), 3600) : undefined
}
