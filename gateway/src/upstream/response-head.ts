/** How the body of a response is delimited (RFC 9112 section 6.3); `close` ends with the connection. */
type ResponseFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'close' }
  | { readonly kind: 'upgrade' }

export interface ResponseHead {
  readonly status: number
  /** Flat list, names and values as the upstream wrote them. */
  readonly fields: readonly string[]
  readonly framing: ResponseFraming
  /** The connection may carry another request after this one. */
  readonly keepAlive: boolean
  /** Seconds for which the upstream says it keeps an idle connection, or null. */
  readonly idleSeconds: number | null
}

/** The upstream's bytes are not HTTP/1.1 as RFC 9112 has it, or can be read in two ways. */
export class MalformedResponse extends Error {
  override readonly name = 'MalformedResponse'
}

const none: ResponseFraming = { kind: 'none' }
const chunked: ResponseFraming = { kind: 'chunked' }
const untilClose: ResponseFraming = { kind: 'close' }
const upgrade: ResponseFraming = { kind: 'upgrade' }
const token = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/
const mostFields = 256

/**
 * Parses a response head, strictly: CRLF only, no folded lines, no space before a colon, no control bytes, one meaning.
 * @param text the head in latin1, without the empty line that ends it
 * @param method of the request: a HEAD has no body whatever the fields say
 * @throws MalformedResponse
 */
export function parseResponseHead(text: string, method: string): ResponseHead {
  const lines = text.split('\r\n')
  const start = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/.exec(lines[0] ?? '')
  if (start === null) throw new MalformedResponse('The status line is not valid.')
  if (lines.length > mostFields) throw new MalformedResponse(`More than ${mostFields} header fields.`)
  const status = Number(start[2])
  const fields: string[] = []
  let length: string | null = null
  let coding: string | null = null
  let keepAlive = start[1] === '1'
  let idleSeconds: number | null = null
  for (let i = 1; i < lines.length; i++) {
    const line = lines[i] ?? ''
    const colon = line.indexOf(':')
    const name = line.slice(0, colon)
    if (colon < 1 || !token.test(name)) throw new MalformedResponse('A header field has no valid name.')
    const value = trim(line, colon + 1)
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) throw new MalformedResponse('A header field holds a control character.')
    fields.push(name, value)
    switch (name.length) {
      case 10: {
        const lower = name.toLowerCase()
        if (lower === 'connection') keepAlive = keepAlive && !/(?:^|,)\s*close\s*(?:,|$)/i.test(value)
        else if (lower === 'keep-alive') idleSeconds = idleTimeout(value)
        break
      }
      case 14:
        if (name.toLowerCase() !== 'content-length') break
        if (!/^\d{1,15}$/.test(value)) throw new MalformedResponse('The Content-Length is not a number.')
        if (length !== null) throw new MalformedResponse('There are two Content-Lengths.')
        length = value
        break
      case 17:
        if (name.toLowerCase() !== 'transfer-encoding') break
        if (coding !== null) throw new MalformedResponse('There are two Transfer-Encodings.')
        coding = value.toLowerCase()
        break
      default:
    }
  }
  if (coding !== null && coding !== 'chunked') throw new MalformedResponse('The only Transfer-Encoding is chunked.')
  if (coding !== null && length !== null) {
    throw new MalformedResponse('There are both a Content-Length and a Transfer-Encoding.')
  }
  if (coding !== null && start[1] === '0') throw new MalformedResponse('HTTP/1.0 has no Transfer-Encoding.')
  const framing = delimit(status, method, length, coding)
  if (status === 204 && length !== null) removeLength(fields)
  return { status, fields, framing, keepAlive: keepAlive && framing !== untilClose, idleSeconds }
}

/** A 204 has no Content-Length (RFC 9110 section 8.6); a client that believed it would wait for a body. */
function removeLength(fields: string[]): void {
  for (let i = 0; i < fields.length; i += 2) if (/^content-length$/i.test(fields[i] ?? '')) fields.splice(i, 2)
}

function delimit(status: number, method: string, length: string | null, coding: string | null): ResponseFraming {
  if (status === 101) return upgrade
  if (method === 'HEAD' || status < 200 || status === 204 || status === 304) return none
  if (coding !== null) return chunked
  if (length === null) return untilClose
  return length === '0' ? none : { kind: 'length', bytes: Number(length) }
}

function idleTimeout(value: string): number | null {
  const match = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(value)
  return match === null ? null : Number(match[1])
}

/** Cuts optional white space (space and tab, RFC 9110 section 5.6.3) off both ends. */
function trim(line: string, from: number): string {
  let start = from
  let end = line.length
  while (start < end && isBlank(line.charCodeAt(start))) start++
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--
  return line.slice(start, end)
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09
