import type { Bytes } from '@holdfast/detectors'
import type { Limits } from '../limits.ts'
import { decodeUtf8, latin1 } from './bytes.ts'
import { type ContentType, isLatin, isLines } from './content-type.ts'
import { readJson } from './json.ts'
import { type Part, readMultipart } from './multipart.ts'
import { type Field, readPairs } from './pairs.ts'
import { isWide } from './peek.ts'
import type { Problem, Report } from './problem.ts'
import { readXml, type XmlValue } from './xml.ts'

/** A body, read by its content type; `unread` where it could not be, `opaque` where it is not read. */
export type ReadBody =
  | { readonly kind: 'json'; readonly value: unknown; readonly values: number }
  | { readonly kind: 'form'; readonly fields: readonly Field[] }
  | { readonly kind: 'multipart'; readonly parts: readonly Part[] }
  | { readonly kind: 'xml'; readonly values: readonly XmlValue[] }
  | { readonly kind: 'text'; readonly text: string; readonly bytes: Bytes }
  | { readonly kind: 'unread' }
  | { readonly kind: 'opaque' }

const UNREAD: ReadBody = { kind: 'unread' }
const WIDE: Problem = {
  code: 'charset_unsupported',
  place: 'body',
  name: '',
  by: 'charset',
  why: 'a text in UTF-16 or UTF-32, for parsers that look for that',
}

export function readBody(bytes: Uint8Array, type: ContentType, limits: Limits, report: Report): ReadBody {
  switch (type.kind) {
    case 'opaque':
      return { kind: 'opaque' }
    case 'untyped':
      if (isWide(bytes)) report(WIDE)
      return { kind: 'text', text: latin1(bytes), bytes: latin1(bytes) }
    case 'form': {
      const place = { place: 'body', code: 'form_malformed', most: limits.values, nameBytes: limits.nameBytes } as const
      return { kind: 'form', fields: readPairs(latin1(bytes), place, report) }
    }
    case 'multipart':
      return { kind: 'multipart', parts: readMultipart(latin1(bytes), type.boundary, limits.parts, report) }
    default:
      return readText(bytes, type, limits, report)
  }
}

function readText(bytes: Uint8Array, type: ContentType, limits: Limits, report: Report): ReadBody {
  const text = decodeUtf8(bytes)
  const beyondAscii = text === null || text.length < bytes.length || /[^\0-\x7f]/.test(text)
  if (isLatin(type) && beyondAscii) {
    report({
      code: 'charset_unsupported',
      place: 'body',
      name: '',
      by: 'charset',
      why: 'bytes beyond ASCII in a charset that is not UTF-8',
    })
  } else if (text === null) {
    report({
      code: 'text_not_utf8',
      place: 'body',
      name: '',
      by: 'not-utf8',
      why: 'the body is declared as text and is not UTF-8',
    })
  }
  if (text === null) return type.kind === 'text' ? { kind: 'text', text: latin1(bytes), bytes: latin1(bytes) } : UNREAD
  if (type.kind === 'text') return { kind: 'text', text, bytes: latin1(bytes) }
  if (type.kind === 'json') {
    const json = readJson(isLines(type) ? listOf(text) : text, limits)
    if ('value' in json) return { kind: 'json', ...json }
    report({ ...json, place: 'body', name: '' })
    return UNREAD
  }
  const xml = readXml(text, limits)
  if (!('code' in xml)) return { kind: 'xml', values: xml }
  report({ ...xml, place: 'body', name: '' })
  return UNREAD
}

/** Lines of JSON as one list: what is no value by itself makes it none, or is two of its values. */
const listOf = (lines: string): string =>
  `[${lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join()}]`
