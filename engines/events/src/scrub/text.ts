import { findAssignments } from './assignments.ts'
import { findCards } from './cards.ts'
import { findEncoded } from './encoded.ts'
import {
  findArguments,
  findJwts,
  findKubernetesSecrets,
  findNear,
  findOwn,
  findPrivateKeys,
  findSchemes,
  findSql,
  findUserinfo,
} from './marks.ts'
import { marker, markerEnd } from './marker.ts'
import { isSecretName } from './names.ts'
import { replaceSpans, type Span } from './spans.ts'
import { HAS, survey } from './survey.ts'
import { findTokens } from './tokens.ts'
import { decodeOnce, type View } from './view.ts'

const SHORTEST = 5
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Layers of escapes that are taken off; base64 inside is looked at in its own layers. */
const VIEWS = 3
const ROUNDS = 6

/**
 * Replaces every secret in a text that shows itself by its form, or by the name that it is given, with a marker that
 * tells its kind; what is left can be stored as JSON (no U+0000, no lone surrogate). Takes time in proportion to the
 * text, never throws, and changes nothing the second time.
 */
export function scrubText(text: string): string {
  const seen = survey(text)
  if (seen === 0 || (text.length < SHORTEST && (seen & HAS.unstorable) === 0)) return text
  if (text.length === 36 && UUID.test(text)) return text
  let current = (seen & HAS.unstorable) === 0 ? text : text.toWellFormed().replaceAll('\0', '\uFFFD')
  for (let round = 0; round < ROUNDS; round += 1) {
    const spans = findSecrets(current, 0)
    if (spans.length === 0) return current
    const next = replaceSpans(current, spans)
    if (next === current) return current
    current = next
  }
  return marker('unclear')
}

function findSecrets(text: string, layer: number): Span[] {
  const spans: Span[] = []
  const markers = layer === 0 && text.includes('[redacted:') ? markersIn(text) : []
  let view: View | null = { text, origin: null }
  for (let layers = 0; view !== null && layers < VIEWS - layer; layers += 1) {
    const { origin } = view
    const found =
      origin === null
        ? (span: Span) => void spans.push(span)
        : ({ start, end, marker: kind }: Span) =>
            void spans.push({ start: origin[start] ?? 0, end: origin[end] ?? text.length, marker: kind })
    const seen = survey(view.text)
    if (layer === 0 && origin === null) {
      searchView(text, seen, layer, found)
      findAgain(text, spans)
    } else searchView(view.text, seen, layer, found)
    view = (seen & HAS.encoded) === 0 ? null : decodeOnce(view)
  }
  return markers.length === 0 ? spans : spans.flatMap((span) => aroundMarkers(span, markers))
}

const MOST_VALUES = 8

/**
 * What was given to a name as its secret is one wherever it stands in the same text: `token=x1y2z3..., retrying with
 * x1y2z3...`.
 */
function findAgain(text: string, spans: Span[]): void {
  const values = new Map<string, string>()
  for (const { start, end, marker: kind } of spans) {
    const value = text.slice(start, end)
    if (
      value.length >= 8 &&
      value.length <= 256 &&
      /[0-9]/.test(value) &&
      /[A-Za-z]/.test(value) &&
      !value.includes('[')
    )
      values.set(value, kind)
    if (values.size === MOST_VALUES) break
  }
  for (const [value, kind] of values) {
    for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + value.length))
      spans.push({ start: at, end: at + value.length, marker: kind })
  }
}

function markersIn(text: string): Span[] {
  const markers: Span[] = []
  for (let at = text.indexOf('[redacted:'); at !== -1; at = text.indexOf('[redacted:', at + 1)) {
    const end = markerEnd(text, at)
    if (end > at) markers.push({ start: at, end, marker: text.slice(at, end) })
  }
  return markers
}

/** What is found inside of a marker is nothing; what reaches into one takes the whole. */
function aroundMarkers(span: Span, markers: readonly Span[]): Span[] {
  let { start, end } = span
  for (let index = firstEndingAfter(markers, start); index < markers.length; index += 1) {
    const each = markers[index]
    if (each === undefined || each.start >= end) break
    if (each.start <= start && each.end >= end) return []
    start = Math.min(start, each.start)
    end = Math.max(end, each.end)
  }
  return [{ start, end, marker: span.marker }]
}

/** Markers are in order; a text may have many of them. */
function firstEndingAfter(markers: readonly Span[], position: number): number {
  let low = 0
  let high = markers.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((markers[middle]?.end ?? 0) <= position) low = middle + 1
    else high = middle
  }
  return low
}

/** Words without which the finders that look for words have nothing to find. */
const WORDS_OF_SECRETS =
  /pass|pwd|secr|tok|cred|key|auth|bear|basic|dpop|digest|nego|ntlm|pin|otp|code|ident|sign|hmac|begin /i

function searchView(text: string, seen: number, layer: number, found: (span: Span) => void): void {
  if ((seen & HAS.digits) !== 0) findCards(text, found)
  if ((seen & HAS.run) !== 0) {
    findOwn(text, found)
    findTokens(text, found)
    if (text.includes('eyJ')) findJwts(text, found)
    findEncoded(text, layer, (inside, deeper) => findSecrets(inside, deeper).length > 0, found)
  }
  if ((seen & HAS.operator) !== 0) {
    findAssignments(text, found)
    if (text.includes('@')) findUserinfo(text, found)
  }
  if ((seen & HAS.words) === 0) return
  if ((seen & HAS.option) !== 0) findArguments(text, isSecretName, found)
  if (!WORDS_OF_SECRETS.test(text)) return
  findSchemes(text, found)
  findNear(text, found)
  findSql(text, found)
  findKubernetesSecrets(text, found)
  if (text.includes('-----BEGIN ')) findPrivateKeys(text, found)
}
