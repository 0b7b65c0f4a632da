/**
 * Secrets inside free text. Every expression is linear on hostile text: it starts at a literal, or its quantifiers are bounded, or it
 * consumes what it looked at.
 */
export const REDACTED: string = '[redacted]'

const OWN_SECRET = /(hf[a-z]_)[A-Za-z0-9_-]{16,}/g
const TOKEN_RUN = /[\w.-]{20,}/g
const PEM = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g
const SCHEME = /(?<![a-z])(bearer|basic|dpop) {1,3}[\w.~+/=-]{4,}/gi
const USERINFO = /(:\/\/[^\s:@/]*:)[^\s@/]+@/g
const ASSIGNMENT =
  /((?<![a-z0-9])(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key|cookie)\\?["']?\s{0,3}[=:]\s{0,3})("(?:[^"\\]|\\.)*"|'[^']*'|[^\s&"',;{}[\]]+)/gi
const DIGIT_RUN = /(?<![0-9A-Za-z])[0-9](?:[ -]?[0-9]){12,30}(?![0-9A-Za-z])/g
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Replaces every secret that shows itself by its form; what is left can be stored as JSON (no U+0000, no lone surrogate). */
export function scrubText(text: string): string {
  const storable = text.toWellFormed().replaceAll('\0', '\uFFFD')
  if (storable.length < 8 || UUID.test(storable)) return storable
  return storable
    .replace(PEM, '[redacted private key]')
    .replace(OWN_SECRET, `$1${REDACTED}`)
    .replace(TOKEN_RUN, redactJwt)
    .replace(SCHEME, `$1 ${REDACTED}`)
    .replace(USERINFO, `$1${REDACTED}@`)
    .replace(ASSIGNMENT, `$1${REDACTED}`)
    .replace(DIGIT_RUN, redactCards)
}

/** A JSON Web Token (signed or encrypted) starts with the base64url of `{"` and has at least two dots. */
function redactJwt(run: string): string {
  const start = run.indexOf('eyJ')
  if (start === -1) return run
  const dots = run.slice(start).split('.').length - 1
  return dots < 2 ? run : `${run.slice(0, start)}[redacted jwt]`
}

/** Redacts the card numbers in a run of digits; a number that stands beside others (an expiry date) is found by its groups. */
function redactCards(run: string): string {
  if (isCard(run.replace(/[ -]/g, ''))) return '[redacted card]'
  const groups = run.split(/([ -])/)
  for (let first = 0; first < groups.length; first += 2) {
    // The longest wins. Only where 13 to 19 digits are together is it looked at: a run of single digits has hundreds of parts.
    let end = -1
    let digits = ''
    for (let last = first; last < groups.length && digits.length < 19; last += 2) {
      digits += groups[last] ?? ''
      if (digits.length >= 13 && isCard(digits)) end = last
    }
    if (end >= 0) return [...groups.slice(0, first), '[redacted card]', ...groups.slice(end + 1)].join('')
  }
  return run
}

/** Whether digits are a payment card number: issuer's first digits and length (ISO/IEC 7812), and the Luhn check digit. */
export function isCard(digits: string): boolean {
  if (!/^(?:4[0-9]{12}|3[068][0-9]{12}|3[47][0-9]{13}|[2-6][0-9]{15,18})$/.test(digits)) return false
  let sum = 0
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index])
    const weighted = index % 2 === 0 ? digit : digit * 2
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}
