import type { Detector } from '@holdfast/detectors'

/** What a `format` allows, and what that leaves to inspect. */
export interface Format {
  readonly check: (text: string) => boolean
  /** Nothing of this form is an attack. */
  readonly proven: boolean
}

const proven = (check: (text: string) => boolean): Format => ({ check, proven: true })
const open = (check: (text: string) => boolean): Format => ({ check, proven: false })
const like = (pattern: RegExp) => (text: string) => pattern.test(text)

// All of these are linear: no part of them can take a character that the part behind it could take as well.
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.\d{1,12})?(?:[Zz]|[+-](\d\d):(\d\d))$/
const DURATION = /^P(?:\d+W|(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)$/
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/
const URI_REFERENCE = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/
const BROKEN_ESCAPE = /%(?![0-9A-Fa-f]{2})/
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** JSON Schema 2020-12 validation, section 7.3, and the OpenAPI registry of formats. What is not here is not checked, and its text is free. */
export const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['date', proven(isDate)],
  ['time', proven(isTime)],
  ['date-time', proven((text) => /[Tt ]/.test(text[10] ?? '') && isDate(text.slice(0, 10)) && isTime(text.slice(11)))],
  ['duration', proven((text) => text.length < 100 && DURATION.test(text))],
  ['uuid', proven(like(/^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/))],
  ['ipv4', proven(isIpv4)],
  ['ipv6', proven(isIpv6)],
  ['hostname', open(isHostname)],
  ['email', open(isEmail)],
  ['uri', open((text) => URI.test(text) && !BROKEN_ESCAPE.test(text))],
  ['url', open((text) => URI.test(text) && !BROKEN_ESCAPE.test(text))],
  ['uri-reference', open((text) => URI_REFERENCE.test(text) && !BROKEN_ESCAPE.test(text))],
  ['byte', open(like(BASE64))],
  ['json-pointer', open(like(/^(?:\/(?:[^~/]|~[01])*)*$/))],
  // The bytes of a file: what reads it is no interpreter of text.
  ['binary', proven(() => true)],
  ['password', open(() => true)],
  ['html', open(() => true)],
  ['markdown', open(() => true)],
])

/** Formats of numbers: the bounds of what they are kept in. */
export const NUMBER_FORMATS: ReadonlyMap<string, (value: number) => boolean> = new Map<
  string,
  (value: number) => boolean
>([
  ['int32', (value) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31],
  ['int64', (value) => Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63],
  ['float', (value) => Number.isFinite(Math.fround(value))],
  ['double', Number.isFinite],
])

/** RFC 3339, section 5.6. */
function isDate(text: string): boolean {
  const [, year = '', month = '', day = ''] = DATE.exec(text) ?? []
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  const leap = y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0)
  return m >= 1 && m <= 12 && d >= 1 && d <= (m === 2 && leap ? 29 : (DAYS[m - 1] ?? 0))
}

function isTime(text: string): boolean {
  const [whole, hour, minute, second, offsetHour = '0', offsetMinute = '0'] = TIME.exec(text) ?? []
  if (whole === undefined) return false
  return (
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) <= 60 &&
    Number(offsetHour) < 24 &&
    Number(offsetMinute) < 60
  )
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return (
    text.length < 16 &&
    parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  )
}

/** RFC 4291, section 2.2. */
function isIpv6(text: string): boolean {
  if (text.length > 45 || !/^[0-9A-Fa-f:.]+$/.test(text)) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const all = groups.flat()
  const last = all.at(-1) ?? ''
  const dotted = last.includes('.')
  if (dotted && !isIpv4(last)) return false
  const words = dotted ? all.slice(0, -1) : all
  const count = words.length + (dotted ? 2 : 0)
  return words.every((word) => /^[0-9A-Fa-f]{1,4}$/.test(word)) && (halves.length === 2 ? count < 8 : count === 8)
}

/** RFC 1123, section 2.1. */
function isHostname(text: string): boolean {
  return text.length <= 253 && text.split('.').every((label) => LABEL.test(label))
}

/** A local part of RFC 5322's atoms, or beyond ASCII; no quotes, no comments. */
function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  if (at < 1 || local.length > 64 || !isHostname(text.slice(at + 1))) return false
  return local.split('.').every((atom) => /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\u{10ffff}-]+$/u.test(atom))
}

/** What an alphabet leaves of the detectors: those that may find something in a text of such bytes alone. */
export function concerned(detectors: readonly Detector[], classes: number): readonly Detector[] {
  return detectors.filter((detector) => detector.concerns(classes))
}
