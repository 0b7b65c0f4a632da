import { judgeCard } from './card-schemes.ts'
import { marker } from './marker.ts'
import type { Span } from './spans.ts'

interface Group {
  readonly start: number
  readonly end: number
}

const CARD_WORDS =
  /(?:card|visa|master|amex|american express|maestro|discover|diners|jcb|union ?pay|rupay|\bmir\b|credit|debit|\bpan\b|\bcc\b|payment|track)[^0-9]{0,24}$/i
const OTHER_WORDS =
  /(?:tracking|shipment|parcel|imei|iccid|ean|gtin|upc|isbn|barcode|sku|timestamp|snowflake)[ _-]?(?:no\.?|number|num|nr|id|#)?["' ]{0,2}[:=#]?["' ]{0,2}$/i
const PHONE_WORDS = /(?:\+|\b(?:tel|phone|fax|mobile|cell|whatsapp|sms|call)[a-z.]{0,6}["' ]{0,2}[:=]?["' ]{0,2}\+?)$/i
const UUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i

/**
 * Finds payment card numbers, grouped in any way that people write them, with what belongs to them: track data, and
 * the code behind the expiry date.
 */
export function findCards(text: string, found: (span: Span) => void): void {
  for (let at = 0; at < text.length; ) {
    if (!isDigit(text.charCodeAt(at))) {
      at += 1
      continue
    }
    const groups = groupsFrom(text, at)
    at = groups.at(-1)?.end ?? at + 1
    searchGroups(text, groups, found)
  }
}

/** Runs of digits with at most three separators between two of them. */
function groupsFrom(text: string, from: number): Group[] {
  const groups: Group[] = []
  for (let start = from; ; ) {
    let end = start
    while (isDigit(text.charCodeAt(end))) end += 1
    groups.push({ start, end })
    let next = end
    while (next < end + 3 && isSeparator(text.charCodeAt(next))) next += 1
    if (next === end || !isDigit(text.charCodeAt(next))) return groups
    start = next
  }
}

function searchGroups(text: string, groups: readonly Group[], found: (span: Span) => void): void {
  for (let first = 0; first < groups.length; ) {
    const last = mayBegin(groups, first) ? longestCard(text, groups, first) : -1
    if (last < first) {
      first += 1
      continue
    }
    const { start } = groups[first] ?? { start: 0 }
    const end = groups[last]?.end ?? start
    const digits = text.slice(start, end).replace(/[^0-9]/g, '')
    found({ start, end: belongs(text, end), marker: marker('card', digits.slice(-4)) })
    securityCode(text, end, found)
    first = last + 1
  }
}

/** Digits in ones and twos are a card only when nothing else stands in the row. */
function mayBegin(groups: readonly Group[], first: number): boolean {
  const group = groups[first]
  return group !== undefined && (group.end - group.start >= 3 || (first === 0 && groups.length <= 19))
}

/** The last group of the longest card number that begins with a group, or -1. */
function longestCard(text: string, groups: readonly Group[], first: number): number {
  let digits = ''
  let longest = -1
  for (let last = first; last < groups.length; last += 1) {
    const group = groups[last]
    if (group === undefined || digits.length + group.end - group.start > 19) break
    digits += text.slice(group.start, group.end)
    if (digits.length < 12) continue
    const sign = judgeCard(digits)
    if (sign !== 'no' && holds(text, groups, first, last, sign === 'strong', digits.length)) longest = last
  }
  return longest
}

/**
 * Whether a number that could be a card's stands as one: not a phone number, a fraction, a part of an id, an odd row
 * of numbers.
 */
function holds(
  text: string,
  groups: readonly Group[],
  first: number,
  last: number,
  strong: boolean,
  length: number,
): boolean {
  const start = groups[first]?.start ?? 0
  const end = groups[last]?.end ?? 0
  const sizes = groups.slice(first, last + 1).map((group) => group.end - group.start)
  if (!isGrouping(sizes)) return false
  if ((sizes[0] ?? 0) < 3 && last < groups.length - 1) return false
  if (sizes.length === 1 && isFraction(text, start, end)) return false
  if (isPartOfId(text, start, end)) return false
  const before = text.slice(Math.max(0, start - 40), start)
  if (CARD_WORDS.test(before)) return true
  if (OTHER_WORDS.test(before)) return false
  if (length < 16 && PHONE_WORDS.test(before)) return false
  // The id of a block, an object, a message: a long number behind a word and a dash.
  if (length > 16 && sizes.length === 1 && /[A-Za-z]_?[-_]$/.test(before)) return false
  return strong || (sizes.length > 2 && sizes[0] === 4)
}

function isGrouping(sizes: readonly number[]): boolean {
  if (sizes.length === 1) return true
  const body = sizes.slice(0, -1)
  if (body.every((size) => size === sizes[0]) && (sizes.at(-1) ?? 0) <= Math.max(sizes[0] ?? 0, 6)) return true
  return sizes.length <= 6 && (sizes[0] ?? 0) >= 4 && body.every((size) => size >= 3)
}

function isFraction(text: string, start: number, end: number): boolean {
  const point = (at: number) => text[at] === '.'
  return (point(start - 1) && isDigit(text.charCodeAt(start - 2))) || (point(end) && isDigit(text.charCodeAt(end + 1)))
}

function isPartOfId(text: string, start: number, end: number): boolean {
  let from = start
  let to = end
  while (from > start - 40 && isHexOrDash(text.charCodeAt(from - 1))) from -= 1
  while (to < end + 40 && isHexOrDash(text.charCodeAt(to))) to += 1
  if (from === start && to === end) return false
  const around = text.slice(from, to)
  if (UUID.test(around)) return true
  const token = glued(text, start, end)
  return token.length >= 20 && /[a-f]/i.test(token) && /^[0-9a-f]+$/i.test(token)
}

function glued(text: string, start: number, end: number): string {
  let from = start
  let to = end
  while (from > start - 128 && isAlphanumeric(text.charCodeAt(from - 1))) from -= 1
  while (to < end + 128 && isAlphanumeric(text.charCodeAt(to))) to += 1
  return text.slice(from, to)
}

const TRACK = /(?:\^[^?^]{0,40}\^|[=D](?=[0-9]{4}))[0-9A-Z =]{0,60}\??/y
const CODE =
  /[\s,;|/:-]{1,3}(?:(?:exp[a-z]{0,8}\W{0,3})?[0-9]{1,2}[ ]?[/|-][ ]?[0-9]{2,4}[\s,;|/:-]{1,3}(?:c[vs][vc]2?\W{0,3})?|c[vs][vc]2?\W{0,3})([0-9]{3,4})(?![0-9])/iy

/** Magnetic stripe data (ISO/IEC 7813) goes with its number. */
function belongs(text: string, end: number): number {
  TRACK.lastIndex = end
  return TRACK.test(text) ? TRACK.lastIndex : end
}

function securityCode(text: string, end: number, found: (span: Span) => void): void {
  CODE.lastIndex = end
  const digits = CODE.exec(text)?.[1]
  if (digits === undefined) return
  found({ start: CODE.lastIndex - digits.length, end: CODE.lastIndex, marker: marker('cvv') })
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Space, tab, `+`, `-`, `.`, `/`, `_`; other scripts' spaces and dashes are one of these in a decoded view. */
function isSeparator(code: number): boolean {
  return code === 32 || code === 45 || code === 46 || code === 95 || code === 9 || code === 43 || code === 47
}

function isHexOrDash(code: number): boolean {
  return isDigit(code) || code === 45 || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)
}

function isAlphanumeric(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
}
