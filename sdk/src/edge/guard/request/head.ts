import type { IncomingMessage } from 'node:http'
import { type Refusal, refusal } from '../refusal/catalogue.ts'
import { canonicalName, type FieldKind, fieldKind } from './fields.ts'
import { readTarget, type Target } from './target.ts'

/** How the body of a request is delimited. */
type Framing =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }

/** A request head about which no two programs can disagree. */
export interface RequestHead {
  readonly method: string
  readonly target: Target
  /** Lower case, with its port unless that is the scheme's own. */
  readonly host: string
  readonly scheme: 'http' | 'https'
  readonly framing: Framing
  /** Flat list of the fields that may go on as they are, in their order. */
  readonly fields: readonly string[]
  /** Values of the Cookie header fields. */
  readonly cookies: readonly string[]
  readonly authorization: string | null
  /** A DPoP proof (RFC 9449), or null. */
  readonly dpop: string | null
  readonly origin: string | null
  readonly fetchSite: string | null
  readonly referer: string | null
  /** As which method a backend may be asked to take it (`X-HTTP-Method-Override` and its kin), with commas. */
  readonly methodOverride: string | null
  /** `X-CSRF-Token` */
  readonly csrfToken: string | null
  readonly accept: string
  readonly userAgent: string | null
  /** The client asks to go over to WebSocket. */
  readonly upgrade: boolean
  readonly expectsContinue: boolean
}

/** What is read of Node's request. */
export type ReceivedHead = Pick<IncomingMessage, 'rawHeaders' | 'method' | 'url' | 'httpVersion'>

const mostFields = 128

const none: Framing = { kind: 'none' }
const chunked: Framing = { kind: 'chunked' }

/** Of these a second one is refused even if it says the same. */
const single: ReadonlySet<FieldKind> = new Set<FieldKind>([
  'host',
  'content-length',
  'transfer-encoding',
  'authorization',
  'dpop',
  'origin',
  'sec-fetch-site',
  'upgrade',
  'expect',
])

/** Of these what is read goes on as it came. */
const kept: ReadonlySet<FieldKind> = new Set<FieldKind>(['referer', 'method-override', 'csrf-token'])

/**
 * Reads a request head from what Node's parser saw (`rawHeaders`, `url`), and refuses whatever is not plain.
 * Node's parser (llhttp, strict) has already refused folded lines, bare CR and LF, control bytes in values, a
 * Content-Length beside a Transfer-Encoding and two Content-Lengths; these are checked here again where that is cheap,
 * because the safety of what we write must not hang on a parser's mode.
 * @param scheme of the connection on which the request came
 */
export function readHead(request: ReceivedHead, scheme: 'http' | 'https'): RequestHead | Refusal {
  const { rawHeaders: raw, method, url, httpVersion } = request
  if (method === undefined || url === undefined) return refusal('request_malformed', 'There is no request line.')
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return refusal('request_malformed', 'Use HTTP/1.1.')
  if (raw.length > 2 * mostFields) return refusal('head_too_large', `More than ${mostFields} header fields.`)

  const fields: string[] = []
  const cookies: string[] = []
  const values: Partial<Record<FieldKind, string>> = {}
  let connection = ''
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] ?? ''
    const value = raw[i + 1] ?? ''
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) return ambiguous('A header field holds a control character.')
    const kind = fieldKind(name)
    if (kind === 'keep') fields.push(name, value)
    else if (kind === 'cookie') cookies.push(value)
    else if (kind === 'connection') connection += `,${value}`
    else if (kind !== 'drop') {
      if (kept.has(kind)) fields.push(name, value)
      if (values[kind] !== undefined) {
        if (single.has(kind)) return ambiguous(`There is more than one ${kind} header field.`)
        values[kind] += `, ${value}`
      } else values[kind] = value
    }
  }

  if (values.host === undefined) return refusal('request_malformed', 'The Host header field is missing.')
  const host = readHost(values.host, scheme)
  if (host === null) return refusal('request_malformed', 'The Host header field is not a host.')
  const target = readTarget(url, `${scheme}://${host}`)
  if ('code' in target) return target
  const framing = readFraming(values['content-length'], values['transfer-encoding'], httpVersion)
  if ('code' in framing) return framing
  const expect = values.expect?.toLowerCase()
  if (expect !== undefined && expect !== '100-continue') {
    return refusal('expectation_failed', 'Only 100-continue may be expected.')
  }
  const options = connection === '' ? [] : connection.toLowerCase().split(',')
  return {
    method,
    target,
    host,
    scheme,
    framing,
    fields: withoutNominated(fields, options),
    cookies,
    authorization: values.authorization ?? null,
    dpop: values.dpop ?? null,
    origin: values.origin ?? null,
    fetchSite: values['sec-fetch-site'] ?? null,
    referer: values.referer ?? null,
    methodOverride: values['method-override'] ?? null,
    csrfToken: values['csrf-token'] ?? null,
    accept: values.accept ?? '',
    userAgent: values['user-agent'] ?? null,
    upgrade: values.upgrade?.toLowerCase() === 'websocket' && options.some((option) => option.trim() === 'upgrade'),
    expectsContinue: expect !== undefined,
  }
}

/**
 * Reads a Host field value (RFC 9110 section 7.2): a name or an address with an optional port, in lower case and
 * without the port that the scheme implies. Null when it is none.
 */
export function readHost(value: string, scheme: 'http' | 'https'): string | null {
  const match = /^([A-Za-z0-9](?:[A-Za-z0-9\-_.]{0,252}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?$/.exec(
    value,
  )
  if (match === null) return null
  const [, name = '', port] = match
  const implied = scheme === 'https' ? '443' : '80'
  return port === undefined || port === implied ? name.toLowerCase() : `${name.toLowerCase()}:${port}`
}

/** Delimits the body (RFC 9112 section 6.3), refusing everything on which two servers have ever disagreed. */
function readFraming(length: string | undefined, coding: string | undefined, version: string): Framing | Refusal {
  if (coding !== undefined) {
    if (length !== undefined) return ambiguous('There are both a Content-Length and a Transfer-Encoding.')
    if (version === '1.0') return ambiguous('HTTP/1.0 has no Transfer-Encoding.')
    if (coding.toLowerCase() !== 'chunked') return ambiguous('The only Transfer-Encoding is chunked.')
    return chunked
  }
  if (length === undefined) return none
  if (!/^\d{1,15}$/.test(length)) return ambiguous('The Content-Length is not a number.')
  return { kind: 'length', bytes: Number(length) }
}

/** Drops what the Connection field names as meant for this hop only (RFC 9110 section 7.6.1). */
function withoutNominated(fields: string[], options: readonly string[]): string[] {
  const nominated = options.map((option) => option.trim()).filter((option) => !usual.has(option))
  if (nominated.length === 0) return fields
  const names = new Set(nominated.map(canonicalName))
  return fields.filter((_, index) => !names.has(canonicalName(fields[index - (index % 2)] ?? '')))
}

const usual: ReadonlySet<string> = new Set(['', 'keep-alive', 'close', 'upgrade'])
const ambiguous = (detail: string): Refusal => refusal('request_ambiguous', detail)
