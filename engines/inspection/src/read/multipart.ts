import type { Bytes } from '@holdfast/detectors'
import { textOf } from './bytes.ts'
import { readContentType } from './content-type.ts'
import { readDisposition } from './disposition.ts'
import type { Report } from './problem.ts'

export interface Part {
  readonly name: string
  /** As it was sent; null for a field. */
  readonly filename: string | null
  readonly filenameBytes: Bytes
  /** In lower case, without parameters; null where the part does not say. */
  readonly media: string | null
  readonly bytes: Bytes
}

const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=?]{1,70}$/
const MOST_HEADERS = 8
const LONGEST_HEADER = 4096
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const TEXT = /^[\t\x20-\x7e\x80-\xff]*$/

type Found = (by: string, why: string, name?: string) => void

/**
 * Reads multipart/form-data (RFC 7578; RFC 2046, section 5.1) in the one way in which every reader reads it: the body begins with its boundary and ends
 * with its last one, lines end with CRLF, nothing within a part looks like a boundary. All else is reported; parts that were read are returned.
 */
export function readMultipart(body: Bytes, boundary: string | null, most: number, report: Report): Part[] {
  const found: Found = (by, why, name = '') => report({ code: 'multipart_ambiguous', place: 'body', name, by, why })
  const parts: Part[] = []
  if (boundary === null || !BOUNDARY.test(boundary)) {
    found('boundary', 'the boundary is missing, or not one that all readers take')
    return parts
  }
  const mark = `--${boundary}`
  if (!body.startsWith(`${mark}\r\n`)) {
    // An empty form is its last boundary alone.
    if (body !== `${mark}--` && body !== `${mark}--\r\n`) found('preamble', 'the body does not begin with its boundary')
    return parts
  }
  let at = mark.length + 2
  for (;;) {
    const end = body.indexOf(`\r\n${mark}`, at - 2)
    if (end < 0) {
      found('final-boundary', 'the last boundary is missing')
      return parts
    }
    if (parts.length === most) {
      report({ code: 'too_many_values', place: 'body', name: '', by: 'limit', why: `more than ${most} parts` })
      return parts
    }
    const part = readPart(body.slice(at, Math.max(at, end)), mark, found)
    if (part !== null) parts.push(part)
    const behind = end + 2 + mark.length
    if (body.startsWith('--', behind)) {
      const rest = body.slice(behind + 2)
      if (rest !== '' && rest !== '\r\n') found('epilogue', 'bytes behind the last boundary')
      return parts
    }
    if (!body.startsWith('\r\n', behind)) {
      found('boundary-prefix', 'a line that begins with the boundary and goes on')
      return parts
    }
    at = behind + 2
  }
}

function readPart(text: Bytes, mark: string, found: Found): Part | null {
  const blank = text.startsWith('\r\n') ? 0 : text.indexOf('\r\n\r\n')
  if (blank < 0) {
    found('headers', 'a part without the line that ends its headers')
    return null
  }
  const bytes = text.slice(text.startsWith('\r\n') ? 2 : blank + 4)
  const headers = readHeaders(text.slice(0, blank), found)
  const disposition = readDisposition(headers.get('content-disposition') ?? '')
  if (!('name' in disposition)) {
    found(...disposition)
    return null
  }
  const name = textOf(disposition.name)
  const filename = disposition.filename === null ? null : textOf(disposition.filename)
  if (name === null || (filename === null && disposition.filename !== null))
    found('not-utf8', 'the name of a part is not UTF-8')
  const label = name ?? disposition.name
  // Readers that end lines at LF, or look for the boundary anywhere, would end the part here.
  if (bytes.includes(mark)) found('boundary-within', 'the boundary occurs within a part', label)
  const encoding = headers.get('content-transfer-encoding')?.toLowerCase()
  if (encoding !== undefined && !['7bit', '8bit', 'binary'].includes(encoding)) {
    found('transfer-encoding', 'an encoding of a part that RFC 7578 does not know and some readers undo', label)
  }
  const declared = headers.get('content-type')
  const type = declared === undefined ? null : readContentType(declared)
  if (type !== null && 'by' in type) found(type.by, `${type.why} (of a part)`, label)
  const media = type === null || 'by' in type ? null : type.media
  if (media?.startsWith('multipart/') === true)
    found('nested', 'a part that holds parts, which some readers read', label)
  if (label === '_charset_' && !/^utf-?8$/i.test(bytes))
    found('charset', 'a field that sets another charset for all', label)
  return {
    name: label,
    filename: disposition.filename === null ? null : (filename ?? disposition.filename),
    filenameBytes: disposition.filename ?? '',
    media,
    bytes,
  }
}

function readHeaders(text: Bytes, found: Found): Map<string, string> {
  const headers = new Map<string, string>()
  if (text === '') return headers
  const lines = text.split('\r\n')
  if (lines.length > MOST_HEADERS) found('headers', 'too many header fields in a part')
  for (const line of lines.slice(0, MOST_HEADERS)) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(0, colon))
    const value = line.slice(colon + 1).trim()
    if (line.length > LONGEST_HEADER || !TOKEN.test(name) || !TEXT.test(value)) {
      found('headers', 'a header line of a part that is folded, too long or not one')
      continue
    }
    const key = name.toLowerCase()
    if (headers.has(key)) found('duplicate-name', 'a header field of a part comes twice')
    else headers.set(key, value)
  }
  return headers
}
