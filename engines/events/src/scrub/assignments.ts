import { marker, markerEnd } from './marker.ts'
import { judgeName, type Named } from './names.ts'
import { isIdentifier, looksRandom } from './random.ts'
import type { Span } from './spans.ts'
import { bracketedEnd, isExpression, isPlaceholder, type Value, valueAt } from './values.ts'
import { namesService } from './vendors.ts'

const OPERATOR = /[=:>|,]/g
const LONGEST_NAME = 64
/** How far before an operator a word may stand that makes a random value a secret. */
const CONTEXT = 80

/**
 * Finds secrets by the name that they are given: `password=x`, `"api_key": "x"`, `token => 'x'`,
 * `<secret>x</secret>`, `Cookie: a=b`, and random values beside a word for a secret or the name of a service
 * (`algolia key: 32 characters`).
 */
export function findAssignments(text: string, found: (span: Span) => void): void {
  OPERATOR.lastIndex = 0
  for (let match = OPERATOR.exec(text); match !== null; match = OPERATOR.exec(text)) {
    const end = assignmentAt(text, match.index, found)
    if (end > OPERATOR.lastIndex) OPERATOR.lastIndex = end
    if (OPERATOR.lastIndex >= text.length) return
  }
}

/** The end of what was found, or 0. */
function assignmentAt(text: string, operator: number, found: (span: Span) => void): number {
  if (!canAssign(text, operator)) return 0
  const name = nameBefore(text, operator)
  if (name === null) return 0
  const from = valueStart(text, operator + 1)
  // `Class::method` of a program names no value.
  if (
    from >= text.length ||
    (text[operator] === ':' && text[operator + 1] === ':' && text[operator + 2] !== '=' && from === operator + 2)
  )
    return 0
  if (text[operator] === '>' && !/[=-]/.test(text[operator - 1] ?? '')) return element(text, operator, name, found)
  const own = judgeName(lastPart(name.text))
  const named = own === null || own.level === 'weak' ? (judgePhrase(text, name) ?? own) : own
  // In tables and unions of types `|` stands between words that are no values.
  if (text[operator] === '|') return contextual(text, operator, from, named, found)
  if (text[operator] === ',' && !(name.quoted && /["'`]/.test(text[from] ?? '')))
    return contextual(text, operator, from, named, found)
  if (named === null || named.level === 'weak') return contextual(text, operator, from, named, found)
  return certain(text, from, name, named, found)
}

/** `<secret>x</secret>`, also over lines; and what a random text is in any other element or attribute. */
function element(text: string, operator: number, name: Name, found: (span: Span) => void): number {
  const named = judgeName(name.text)
  const isTag = text[name.start - 1] === '<'
  if (!isTag || named === null || named.level === 'weak')
    return named?.kind === 'code' ? 0 : contextual(text, operator, operator + 1, named, found)
  const inside = /[^<]{1,8192}/y
  inside.lastIndex = operator + 1
  const content = inside.exec(text)?.[0] ?? ''
  const value = content.trim()
  if (value === '' || isPlaceholder(value) || text[operator + 1 + content.length] !== '<') return 0
  const start = operator + 1 + content.indexOf(value)
  if (markerEnd(text, start) === start + value.length) return 0
  found({ start, end: start + value.length, marker: marker(named.kind) })
  return start + value.length
}

function isQuote(code: number): boolean {
  return code === 34 || code === 39 || code === 96
}

/** Most of these characters stand in times, addresses and sentences. */
function canAssign(text: string, operator: number): boolean {
  const before = text.charCodeAt(operator - 1)
  const after = text.charCodeAt(operator + 1)
  switch (text[operator]) {
    case ',':
      return before === 32 ? isQuote(text.charCodeAt(operator - 2)) : isQuote(before) || (after !== 32 && after !== 10)
    case '|':
      return after === 124
    case ':':
      return !(after === 47 || (after >= 48 && after <= 57 && before >= 48 && before <= 57))
    default:
      return true
  }
}

interface Name {
  readonly text: string
  readonly start: number
  readonly quoted: boolean
}

/** The word before an operator, past spaces, quotes, brackets and the other half of the operator (`:=`, `=>`, `||`). */
function nameBefore(text: string, operator: number): Name | null {
  let end = operator
  for (let skipped = 0; skipped < 8 && end > 0 && isBetween(text.charCodeAt(end - 1)); skipped += 1) end -= 1
  let start = end
  while (start > 0 && end - start < LONGEST_NAME && isNameCharacter(text.charCodeAt(start - 1))) start -= 1
  if (start === end) return null
  const word = text.slice(start, end)
  if (TYPES.test(word)) {
    // `password: String = "x"`
    const typed = /([A-Za-z_$][\w$.]{0,63})\??: {0,2}$/.exec(text.slice(Math.max(0, start - 68), start))?.[1]
    if (typed !== undefined) return { text: typed, start: start - typed.length, quoted: false }
  }
  return { text: word, start, quoted: /["'`]/.test(text[end] ?? '') }
}

const TYPES = /^(?:str|string|String|SecretStr|any|Any|Object|text|char|bytes)$/

/**
 * `spring.datasource.password` is a password, `TokenStore.flush` a place in a program; `card.number` needs both its
 * parts.
 */
function lastPart(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot < 1 || /(?:^|[._-])(?:card|cc)\./i.test(name) ? name : name.slice(dot + 1)
}

const PHRASE_ENDS = /^(?:key|number|num|no|code|phrase|value|string|id)$/i

/** `AWS secret access key: x`: names of up to three words. */
function judgePhrase(text: string, name: Name): Named | null {
  if (name.start < 3 || text[name.start - 1] !== ' ' || !PHRASE_ENDS.test(name.text)) return null
  const before = /(?:^|[^\w.-])((?:[A-Za-z]{2,16} ){1,2})$/.exec(
    text.slice(Math.max(0, name.start - 36), name.start),
  )?.[1]
  return before === undefined || !/^[A-Za-z]{2,16}$/.test(name.text) ? null : judgeName(before + name.text)
}

function valueStart(text: string, from: number): number {
  let at = from
  for (let skipped = 0; skipped < 3 && '=>:|'.includes(text[at] ?? ' '); skipped += 1) at += 1
  for (let skipped = 0; skipped < 4 && (text[at] === ' ' || text[at] === '\t'); skipped += 1) at += 1
  return at
}

/** A name that says it all: whatever value it has goes, unless it is plainly none. */
function certain(text: string, from: number, name: Name, named: Named, found: (span: Span) => void): number {
  const opening = text[from]
  if (opening === '{' || opening === '[') {
    const inMarker = markerEnd(text, from)
    if (inMarker > from) return inMarker
    // ODBC writes a value with odd characters in braces.
    const braced = /^\{[^{}"'\n]{1,256}\}/.exec(text.slice(from, from + 258))?.[0]
    if (braced !== undefined && named.kind === 'password' && text[from - 1] === '=') {
      found({ start: from + 1, end: from + braced.length - 1, marker: marker(named.kind) })
      return from + braced.length
    }
    if (opening === '{' && named.level === 'loose') return 0
    if (/^[[{]\s{0,8}["'[{\\0-9]/.test(text.slice(from, from + 12))) {
      const end = bracketedEnd(text, from)
      found({ start: from, end, marker: marker(named.kind) })
      return end
    }
    if (opening === '{') return 0
  }
  const value = valueAt(text, from)
  if (value === null || isHarmless(text, value, name.text)) return 0
  if (value.quoted && value.start === value.end) return contextual(text, from, from, named, found)
  if (!value.quoted && isExpression(text, from)) return 0
  const end = value.quoted ? value.end : lineEnd(text, value, name, named)
  if (value.start === end || markerEnd(text, value.start) === end) return end
  found({ start: value.start, end, marker: marker(named.kind) })
  return end
}

function isHarmless(text: string, value: Value, name: string): boolean {
  const word = text.slice(value.start, Math.min(value.end, value.start + 64))
  if (value.quoted ? /^(?:true|false|null|undefined|none)?$/i.test(word) || isPlaceholder(word) : isPlaceholder(word))
    return true
  // PWD is also the shell's working directory, and "pass: 12" the result of tests.
  if (/^(?:old)?pwd$/i.test(name) && /^(?:\/|[A-Z]:\\)/.test(word)) return true
  return /^pass$/i.test(name) && /^[0-9]{1,4}$/.test(word)
}

/** Headers, phrases, and passwords at the beginning of a line have values of several words. */
function lineEnd(text: string, value: Value, name: Name, named: Named): number {
  const wide = named.kind === 'cookie' || named.kind === 'authorization' || named.kind === 'phrase'
  const begins = /(?:^|\n)[ \t#-]*$/.test(text.slice(Math.max(0, name.start - 12), name.start))
  if (!wide && !(begins && named.kind === 'password' && text.slice(name.start, value.start).includes(': ')))
    return value.end
  const rest = /["'`\r\n<]|\\[nr"']/.exec(text.slice(value.start, value.start + 8192))
  const end = rest === null ? Math.min(text.length, value.start + 8192) : value.start + rest.index
  // `Bearer $TOKEN`, `Bearer <token>`
  const credential = /^[A-Za-z0-9-]{3,20} +(\S+)$/.exec(text.slice(value.start, end).trim())?.[1]
  if (named.kind === 'authorization' && ((credential !== undefined && isPlaceholder(credential)) || text[end] === '<'))
    return value.start
  return end
}

/**
 * A name that says nothing for certain: the value must look drawn by lot, and a word beside it must say that it is a
 * secret.
 */
function contextual(
  text: string,
  operator: number,
  from: number,
  named: Named | null,
  found: (span: Span) => void,
): number {
  let start = from
  for (let skipped = 0; skipped < 6 && /[`'"\s=\\([{]/.test(text[start] ?? 'x'); skipped += 1) start += 1
  const value = text.slice(start, tokenEnd(text, start, JUDGED))
  if (!looksRandom(value) || isPlaceholder(value)) return 0
  const kind =
    named?.kind ?? kindOfContext(text.slice(Math.max(0, operator - CONTEXT), operator), text[operator] ?? '', value)
  if (kind === null || (named !== null && named.kind === 'key' && isIdentifier(value) && value.length < 32)) return 0
  const end = tokenEnd(text, start, text.length)
  found({ start, end, marker: marker(kind) })
  return end
}

/** How much of a value is looked at to judge it. */
const JUDGED = 128

const SECRET_WORD =
  /pass(?:word|wd|phrase)|secret|token|cred(?:ential|s)|(?:api|access|auth|private|client|service|account|security)[ _.-]?key|[ _.-]key[^a-z]{0,4}$|auth(?![a-z]*or)|bearer/i
const PLAIN_WORD =
  /(?:hash|sha[0-9-]*|digest|checksum|md5|etag|integrity|fingerprint|thumbprint|commit|revision|uuid|guid|public|trace|span|request|nonce|cursor|base64)[\w"' .-]{0,12}$/i

function kindOfContext(context: string, sign: string, value: string): 'token' | 'service' | null {
  const near = /[\w.\-\t "'`)\]]*(?=[:=?|\s]{0,4}$)/.exec(context)?.[0] ?? ''
  if (near === '' || PLAIN_WORD.test(near)) return null
  if (SECRET_WORD.test(near)) return 'token'
  if (!/[=:]/.test(sign)) return value.length >= 14 && namesService(near) ? 'service' : null
  // Whoever gives such a value a name that says neither id nor digest means a key.
  if (
    value.length >= 32 &&
    /[A-Z]/.test(value) &&
    /[a-z]/.test(value) &&
    /[0-9]/.test(value) &&
    /^[\w-]+$/.test(value) &&
    !/(?:id|key)s?[^a-z]{0,4}$/i.test(near)
  )
    return 'service'
  return value.length >= 14 && namesService(near) ? 'service' : null
}

function tokenEnd(text: string, from: number, most: number): number {
  let end = from
  while (end < from + most && isTokenCharacter(text.charCodeAt(end))) end += 1
  return end
}

function isTokenCharacter(code: number): boolean {
  return (
    isNameCharacter(code) || code === 43 || code === 47 || code === 61 || code === 126 || code === 33 || code === 64
  )
}

/** Letters, digits, `_`, `-`, `.`, `$`, and whatever lies beyond ASCII. */
function isNameCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 45 ||
    code === 46 ||
    code === 36 ||
    code >= 128
  )
}

/** Space, tab, quotes, closing brackets, backslash, and operators of two characters. */
function isBetween(code: number): boolean {
  return (
    code === 32 ||
    code === 9 ||
    code === 34 ||
    code === 39 ||
    code === 96 ||
    code === 93 ||
    code === 92 ||
    code === 58 ||
    code === 61 ||
    code === 63 ||
    code === 124
  )
}
