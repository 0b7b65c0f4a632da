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
  'pragma',
  'priority',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
  'upgrade-insecure-requests',
])

const TAGS = /^(?:\*|(?:(?:^|[ \t]*,[ \t]*)(?:W\/)?"[\w+/=:.-]*")+)$/
/** Of these the usual form is no text; another one is looked at. */
const FORMS: ReadonlyMap<string, RegExp> = new Map([
  // RFC 9110, section 8.8.3, without what is rare
  ['if-match', TAGS],
  ['if-none-match', TAGS],
  // RFC 6454, section 7.1
  ['origin', /^(?:null|[a-z][a-z0-9+.-]*:\/\/[\w.:[\]-]+)$/i],
  // RFC 9110, section 14.2
  ['range', /^[a-z]+=[\d \t,-]+$/i],
  // RFC 6455, section 11.3.4, without what is rare
  ['sec-websocket-protocol', /^[\w.+/=~:, \t-]+$/],
])

/** `Sec-` is set by browsers alone (RFC 9110 knows no page that may), `If-` holds tags and dates. */
export function isLookedAt(name: string, value: string): boolean {
  const form = FORMS.get(name)
  if (form !== undefined) return !form.test(value)
  return !NOT_LOOKED_AT.has(name) && !name.startsWith('sec-') && !name.startsWith('if-')
}
