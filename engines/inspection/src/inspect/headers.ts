/** Their values have a form of their own, which no program hands on to an interpreter, or hold secrets. */
const NOT_LOOKED_AT: ReadonlySet<string> = new Set([
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'date',
  'dnt',
  'dpop',
  'expect',
  'host',
  'keep-alive',
  'origin',
  'pragma',
  'priority',
  'proxy-authorization',
  'range',
  'te',
  'transfer-encoding',
  'upgrade',
  'upgrade-insecure-requests',
])

/** `Sec-` is set by browsers alone (RFC 9110 knows no page that may), `If-` holds tags and dates. */
export function isLookedAt(name: string): boolean {
  return !NOT_LOOKED_AT.has(name) && !name.startsWith('sec-') && !name.startsWith('if-')
}
