import { type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { AddressRefused, fixedLookup, type Outbound, resolveChecked } from './resolve.ts'

export interface OutboundRequest {
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** for the whole of it: name, connection, answer; 5 when not said */
  readonly timeoutSeconds?: number
  /** of the answer's body; 64 KiB when not said. A longer one is refused, never cut off: half a key set is none */
  readonly mostBytes?: number
  readonly signal?: AbortSignal
}

export interface OutboundAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

/** Why there was no answer, in our own words: nothing in it was written by the far side. */
export class OutboundFailed extends Error {
  override readonly name = 'OutboundFailed'
}

/**
 * One request to an address that somebody else named: it goes to what was checked and to nothing else, follows no redirect
 * (which could point inside), and ends in time. https only, save where private addresses are allowed.
 * @throws AddressRefused, OutboundFailed
 */
export async function fetchOutbound(asked: OutboundRequest, outbound: Outbound): Promise<OutboundAnswer> {
  const url = new URL(asked.url)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && outbound.allowPrivate)) {
    throw new AddressRefused('it is not https')
  }
  const seconds = asked.timeoutSeconds ?? 5
  const limit = AbortSignal.timeout(seconds * 1000)
  const signal = asked.signal === undefined ? limit : AbortSignal.any([limit, asked.signal])
  try {
    return await Promise.race([send(url, asked, outbound, signal), aborted(signal)])
  } catch (error) {
    if (error instanceof AddressRefused || error instanceof OutboundFailed) throw error
    if (limit.aborted) throw new OutboundFailed(`there was no whole answer within ${seconds} s`, { cause: error })
    const { code } = error as { code?: unknown }
    const known = typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'no answer'
    throw new OutboundFailed(`it cannot be reached: ${known}`, { cause: error })
  }
}

async function send(
  url: URL,
  asked: OutboundRequest,
  outbound: Outbound,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  const lookup = fixedLookup(await resolveChecked(url.hostname, outbound))
  const body = asked.body === undefined ? undefined : Buffer.from(asked.body)
  const headers = { ...asked.headers, ...(body !== undefined && { 'content-length': String(body.byteLength) }) }
  const options = { method: asked.method ?? 'GET', agent: false, signal, lookup, maxHeaderSize: 16 * 1024, headers }
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options)
    request.on('response', (response) => void read(response, asked.mostBytes ?? 64 * 1024).then(resolve, reject))
    request.on('error', reject)
    request.end(body)
  })
}

async function read(response: IncomingMessage, most: number): Promise<OutboundAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > most) {
      response.destroy()
      throw new OutboundFailed(`the answer is longer than ${most} bytes`)
    }
    chunks.push(chunk)
  }
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, [value].flat()[0]]))
  return { status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) }
}

/** A resolver cannot be aborted: the wait for it can. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
  })
}
