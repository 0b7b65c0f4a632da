import type { Bytes } from '@holdfast/detectors'
import type { ReadingCode } from '../codes.ts'
import type { Place } from '../types.ts'
import { hasBrokenEscape, percentDecode, textOf } from './bytes.ts'
import type { Report } from './problem.ts'

/** A name with its value, decoded once. */
export interface Field {
  readonly name: string
  readonly value: string
  /** The value as bytes: what detectors are given. Where it is not UTF-8, `value` is the same. */
  readonly bytes: Bytes
}

export interface PairsOptions {
  readonly place: Place
  readonly code: ReadingCode
  readonly most: number
  readonly nameBytes: number
}

/**
 * `a=1&b=x+y` (WHATWG URL, section 5.1), for a query and for application/x-www-form-urlencoded. Reported is what readers disagree about: broken
 * escapes, what is not UTF-8, NUL, `;` before what reads as another pair. A name may come twice: who holds a schema says whether that is allowed.
 */
export function readPairs(text: Bytes, options: PairsOptions, report: Report): Field[] {
  const { place, code, most, nameBytes } = options
  const found = (by: string, why: string, name = ''): void => report({ code, place, name, by, why })
  if (/[\0-\x20\x7f]/.test(text)) found('unescaped', 'a blank or control character that must be encoded')
  if (text.includes(';') && /;[^&;=]*=/.test(text))
    found('semicolon', 'some programs read a semicolon as the end of a pair')
  if (hasBrokenEscape(text)) found('broken-escape', 'a percent sign begins no escape')
  const fields: Field[] = []
  let at = 0
  while (at < text.length) {
    const next = text.indexOf('&', at)
    const end = next < 0 ? text.length : next
    if (end > at) {
      if (fields.length === most) {
        report({ code: 'too_many_values', place, name: '', by: 'limit', why: `more than ${most} values` })
        return fields
      }
      const equals = text.indexOf('=', at)
      const split = equals < 0 || equals > end ? end : equals
      const name = decode(text.slice(at, split))
      const bytes = split === end ? '' : decode(text.slice(split + 1, end))
      if (name.length > nameBytes) found('long-name', `a name of more than ${nameBytes} bytes`)
      fields.push(fieldOf(name, bytes, found))
    }
    at = end + 1
  }
  return fields
}

type Found = (by: string, why: string, name?: string) => void

function fieldOf(nameBytes: Bytes, bytes: Bytes, found: Found): Field {
  const name = textOf(nameBytes)
  const value = textOf(bytes)
  if (name === null || value === null) found('not-utf8', 'not UTF-8', name ?? '')
  if (nameBytes.includes('\0') || bytes.includes('\0')) found('nul', 'a NUL, at which some programs stop', name ?? '')
  return { name: name ?? nameBytes, value: value ?? bytes, bytes }
}

function decode(text: Bytes): Bytes {
  return percentDecode(text.includes('+') ? text.replaceAll('+', ' ') : text)
}
