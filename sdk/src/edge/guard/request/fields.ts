import { HOLDFAST_HEADER_PREFIX } from '@holdfast/bundle'

/**
 * What a request header field is to the gateway.
 * - `keep`: goes on to the upstream as it is
 * - `drop`: ours, hop-by-hop (RFC 9110 section 7.6.1), or a claim about the client that only the gateway may make
 * - `referer`, `method-override`, `csrf-token`: goes on as it is, and is read
 * - the others are read, and written anew where they go on
 */
export type FieldKind =
  | 'keep'
  | 'drop'
  | 'host'
  | 'content-length'
  | 'transfer-encoding'
  | 'connection'
  | 'cookie'
  | 'authorization'
  | 'dpop'
  | 'origin'
  | 'sec-fetch-site'
  | 'accept'
  | 'user-agent'
  | 'upgrade'
  | 'expect'
  | 'referer'
  | 'method-override'
  | 'csrf-token'

const read: ReadonlySet<string> = new Set<FieldKind>([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'cookie',
  'authorization',
  'dpop',
  'origin',
  'sec-fetch-site',
  'accept',
  'user-agent',
  'upgrade',
  'expect',
])

/** Read, and passed on as they are. */
const noted: ReadonlyMap<string, FieldKind> = new Map([
  ['referer', 'referer'],
  // A backend may take the request for one of this method.
  ['x-http-method-override', 'method-override'],
  ['x-http-method', 'method-override'],
  ['x-method-override', 'method-override'],
  ['x-csrf-token', 'csrf-token'],
])

const dropped: ReadonlySet<string> = new Set([
  // Hop-by-hop
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'http2-settings',
  // Where the request came from: the gateway says it
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  'fastly-client-ip',
  // Path overrides that some frameworks believe: they would bypass the check of the path
  'x-original-url',
  'x-original-uri',
  'x-rewrite-url',
  // CGI turns it into HTTP_PROXY
  'proxy',
])

/** Not read here, and decisive for whoever reads a body or an answer. */
const decisive: ReadonlySet<string> = new Set([
  'content-type',
  'content-encoding',
  'accept-encoding',
  'range',
  'if-range',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
])

/** Other spellings of a name that CGI-like servers (WSGI, Rack, PHP) cannot tell apart: `Holdfast_Identity`. */
export const canonicalName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')

/** Names that only Holdfast may send, in a request as in a response. */
export const isOurs = (canonical: string): boolean => `${canonical}-`.startsWith(HOLDFAST_HEADER_PREFIX)

function decide(name: string): FieldKind {
  const lower = name.toLowerCase()
  if (read.has(lower)) return lower as FieldKind
  const plain = noted.get(lower)
  if (plain !== undefined) return plain
  const canonical = canonicalName(name)
  if (isOurs(canonical) || dropped.has(canonical) || canonical.startsWith('x-forwarded-')) return 'drop'
  // An odd spelling of a name that is read (`Content_Length`, `Transfer.Encoding`) is one only to confuse a backend.
  const isKnown = read.has(canonical) || noted.has(canonical) || decisive.has(canonical)
  return isKnown && canonical !== lower ? 'drop' : 'keep'
}

/** Few spellings make up all honest traffic; the bound keeps an attacker from filling the memory. */
const known = new Map<string, FieldKind>()
const mostKnown = 1000

export function fieldKind(name: string): FieldKind {
  const cached = known.get(name)
  if (cached !== undefined) return cached
  const kind = decide(name)
  if (known.size < mostKnown && name.length <= 40) known.set(name, kind)
  return kind
}
