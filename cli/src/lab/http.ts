import { request, type IncomingHttpHeaders } from 'node:http'

/** One request as an attacker writes it: nothing is normalised or added but Host and Content-Length. */
export interface Sending {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text goes as it is; anything else as JSON. */
  readonly body?: unknown
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body when it is JSON, else undefined. */
  readonly json: unknown
}

const PATIENCE = 15_000 // milliseconds
const MOST = 4 * 1024 * 1024 // bytes of an answer

/**
 * Sends one request and reads the whole answer; follows nothing.
 * `*.localhost` is this machine, whatever its resolver thinks (RFC 6761, section 6.3).
 */
export function send(origin: string, { method, path, headers = {}, body }: Sending): Promise<Answer> {
  const target = new URL(origin)
  const local = target.hostname === 'localhost' || target.hostname.endsWith('.localhost')
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const type = body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' }
  const length = payload === undefined ? {} : { 'content-length': String(Buffer.byteLength(payload)) }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: local ? '127.0.0.1' : target.hostname,
        port: target.port,
        method,
        path,
        headers: { host: target.host, ...type, ...length, ...headers },
        agent: false,
        timeout: PATIENCE,
      },
      (incoming) => {
        const chunks: Buffer[] = []
        let size = 0
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > MOST) incoming.destroy(new Error(`${origin}${path} answered more than ${MOST} bytes`))
          chunks.push(chunk)
        })
        incoming.on('error', reject)
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8')
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: parse(text) })
        })
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${origin}${path} did not answer in ${PATIENCE} ms`)))
    outgoing.on('error', reject)
    outgoing.end(payload)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A member of a JSON answer, whatever its shape turns out to be. */
function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

/** A text member of a JSON answer, or undefined. */
export function textOf(value: unknown, name: string): string | undefined {
  const found = member(value, name)
  return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : undefined
}
