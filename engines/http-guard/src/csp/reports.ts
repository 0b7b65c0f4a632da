/** What a browser says that a policy blocked, or would have: nothing of it can be believed, and nothing in it may be somebody's secret. */
export interface CspReport {
  readonly directive: string
  /** Origin of what was blocked, or a word: `inline`, `eval`, `wasm-eval`, `self`, `data`, `blob`, `trusted-types-sink`, ... */
  readonly blocked: string
  /** Path of the page without its query; what looks like an id is `:id`. */
  readonly page: string
  readonly disposition: 'enforce' | 'report'
  /** Begin of what was blocked, without what could be a secret. */
  readonly sample: string
  /** `/app.js:12`, or the origin of a script of elsewhere. */
  readonly source: string
}

/** Most reports of one body. */
export const REPORTS_MOST = 20

type Fields = Readonly<Record<string, unknown>>

/**
 * Reads a body as browsers send it: `application/csp-report` (CSP2 section 4.4: one object `csp-report`) or `application/reports+json`
 * (Reporting API section 3.2: a list). What is about another host, or is none, is left out.
 * @param body parsed JSON
 * @param host that the report was sent to
 */
export function readReports(body: unknown, host: string): CspReport[] {
  const list = Array.isArray(body) ? body.slice(0, REPORTS_MOST) : [body]
  return list.flatMap((entry) => {
    const report = readOne(entry, host)
    return report === null ? [] : [report]
  })
}

function readOne(entry: unknown, host: string): CspReport | null {
  const outer = fieldsOf(entry)
  const legacy = fieldsOf(outer['csp-report'])
  const modern = outer['type'] === 'csp-violation' ? fieldsOf(outer['body']) : {}
  const get = (one: string, other: string): string => textOf(legacy[one] ?? modern[other])
  const page = pageOf(get('document-uri', 'documentURL') || textOf(outer['url']), host)
  const violated = textOf(legacy['violated-directive']).split(' ', 1)[0] ?? ''
  const directive = (get('effective-directive', 'effectiveDirective') || violated).toLowerCase()
  if (page === null || !/^[a-z][a-z-]{2,63}$/.test(directive)) return null
  const line = Number(legacy['line-number'] ?? modern['lineNumber'])
  return {
    directive,
    blocked: blockedOf(get('blocked-uri', 'blockedURL'), host),
    page,
    disposition: get('disposition', 'disposition') === 'enforce' ? 'enforce' : 'report',
    sample: scrubSample(get('script-sample', 'sample')),
    source: sourceOf(get('source-file', 'sourceFile'), Number.isInteger(line) && line > 0 ? line : null, host),
  }
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 2048) : '')

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null
}

/** Null when it is a page of another host. */
function pageOf(text: string, host: string): string | null {
  const url = urlOf(text)
  return url !== null && /^https?:$/.test(url.protocol) && url.host === host ? pathOf(url) : null
}

const longest = 200
/** Numbers, UUIDs, hashes, tokens, addresses: whose page it is, not which. */
const idLike = /^(?:\d+|[0-9a-fA-F-]{16,}|[\w-]*\d[\w-]{15,}|[\w-]{32,}|.*(?:@|%40).*)$/

const pathOf = ({ pathname }: URL): string =>
  pathname
    .split('/')
    .map((segment) => (idLike.test(segment) ? ':id' : segment))
    .join('/')
    .slice(0, longest)

/** CSP3 section 5.3: a word, or a URL of which the origin is enough. */
function blockedOf(text: string, host: string): string {
  if (text === '') return 'inline'
  if (/^[a-z][a-z-]{0,30}$/.test(text)) return text
  const url = urlOf(text)
  if (url === null) return 'unknown'
  if (!/^(?:https?|wss?):$/.test(url.protocol)) return url.protocol.slice(0, -1).slice(0, 30)
  return url.host === host ? 'self' : url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin
}

function sourceOf(text: string, line: number | null, host: string): string {
  const url = urlOf(text)
  if (url === null) return ''
  const place = url.host === host ? pathOf(url) : /^https?:$/.test(url.protocol) ? url.origin : url.protocol
  return line === null ? place : `${place}:${line}`
}

/** Strings and long words of a script may be anything of anybody. */
const scrubSample = (text: string): string =>
  text
    .slice(0, 100)
    .replaceAll(/(["'`]).*?(?:\1|$)/gs, '$1...$1')
    .replaceAll(/[\w+/=-]{20,}|\d{4,}/g, '...')
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, 60)
