import type { Problem } from './problem.ts'

/** `untyped`: nobody has said what it is, so it is looked at as it came. */
export type BodyKind = 'json' | 'form' | 'multipart' | 'xml' | 'text' | 'untyped' | 'opaque'

export interface ContentType {
  readonly kind: BodyKind
  /** In lower case, without parameters. */
  readonly media: string
  readonly boundary: string | null
  readonly charset: string | null
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+"
const MEDIA = new RegExp(`^(${TOKEN}/${TOKEN})[ \\t]*(?=;|$)`)
const PARAMETER = new RegExp(`[ \\t]*;[ \\t]*(?:(${TOKEN})=(?:(${TOKEN})|"([^"\\\\]*)"))?[ \\t]*`, 'y')
/** What a program may read as UTF-8 without reading anything else. */
const CHARSETS: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii'])
/** Latin letters of one byte: as UTF-8 where only ASCII is used. */
const LATIN: ReadonlySet<string> = new Set(['iso-8859-1', 'windows-1252', 'latin1'])

/** RFC 9110, section 8.3: without a Content-Type a recipient may take the body for octets, or look for itself. */
export const UNTYPED: ContentType = { kind: 'untyped', media: '', boundary: null, charset: null }

const ambiguous = (by: string, why: string): Problem => ({
  code: 'content_type_ambiguous',
  place: 'header',
  name: 'content-type',
  by,
  why,
})

/** Reads a Content-Type (RFC 9110, section 8.3.1), strictly: what is written in two ways is taken in two ways. */
export function readContentType(value: string): ContentType | Problem {
  const [whole, media] = MEDIA.exec(value.trim()) ?? []
  if (whole === undefined || media === undefined) return ambiguous('syntax', 'the media type cannot be read')
  const text = value.trim()
  const parameters = new Map<string, string>()
  PARAMETER.lastIndex = whole.length
  for (let at = whole.length; at < text.length; at = PARAMETER.lastIndex) {
    const [piece, name, plain, quoted] = PARAMETER.exec(text) ?? []
    if (piece === undefined || piece === '')
      return ambiguous('syntax', 'the parameters of the media type cannot be read')
    if (name === undefined) continue
    const key = name.toLowerCase()
    if (parameters.has(key)) return ambiguous('duplicate-parameter', 'a parameter of the media type comes twice')
    parameters.set(key, plain ?? quoted ?? '')
  }
  const type = media.toLowerCase()
  const charset = parameters.get('charset')?.toLowerCase() ?? null
  if (charset !== null && !CHARSETS.has(charset) && !LATIN.has(charset)) {
    const why = 'a charset other than UTF-8: the bytes mean something else to whoever believes it'
    return { ...ambiguous('charset', why), code: 'charset_unsupported' }
  }
  return { kind: kindOf(type), media: type, boundary: parameters.get('boundary') ?? null, charset }
}

/** The body must be ASCII: what is beyond means another character in this charset than in UTF-8. */
export function isLatin({ charset }: ContentType): boolean {
  return charset !== null && LATIN.has(charset)
}

/** What frameworks read as JSON besides (Rails, browsers' reports). */
const JSON_NAMES: ReadonlySet<string> = new Set([
  'application/json',
  'application/csp-report',
  'application/jsonrequest',
  'application/x-json',
  'text/json',
  'text/x-json',
])
/** A value of JSON on each line. */
const LINES: ReadonlySet<string> = new Set([
  'application/jsonl',
  'application/jsonlines',
  'application/ndjson',
  'application/x-jsonlines',
  'application/x-ndjson',
])
const XML_NAMES: ReadonlySet<string> = new Set(['application/xml', 'application/x-xml', 'text/xml'])
/** Texts that are not called so. */
const TEXT_NAMES: ReadonlySet<string> = new Set([
  'application/graphql',
  'application/json-seq',
  'application/json5',
  'application/sql',
  'application/x-yaml',
  'application/yaml',
])

/** Its JSON is one value on each line. */
export const isLines = ({ media }: ContentType): boolean => LINES.has(media)

/** Of a media type, or a range of them. */
export const isOpaque = (range: string): boolean => !range.includes('*') && kindOf(range) === 'opaque'

function kindOf(media: string): BodyKind {
  if (JSON_NAMES.has(media) || LINES.has(media) || media.endsWith('+json')) return 'json'
  if (media === 'application/x-www-form-urlencoded') return 'form'
  // Rack reads `multipart/mixed` and `multipart/related` as forms, servlets whatever begins so.
  if (media.startsWith('multipart/')) return 'multipart'
  if (XML_NAMES.has(media) || media.endsWith('+xml')) return 'xml'
  return media.startsWith('text/') || TEXT_NAMES.has(media) ? 'text' : 'opaque'
}
