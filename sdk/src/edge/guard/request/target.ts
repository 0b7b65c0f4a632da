import { type Refusal, refusal } from '../refusal/catalogue.ts'

/**
 * A request target whose forwarded bytes are the checked bytes.
 * `readings` are all the ways in which a backend may understand the path (as written, percent-decoded once or more, with
 * path parameters cut off, with Unicode look-alikes folded). A path is public only when every reading is; without a
 * reading (`[]`) it never is.
 */
export interface Target {
  /** Path and query, byte for byte as they are forwarded. */
  readonly raw: string
  readonly path: string
  /** With its question mark, or empty. */
  readonly query: string
  readonly readings: readonly string[]
}

const longestTarget = 8192

/** The characters of a path about which no two programs disagree (RFC 3986 section 3.3, without `%` and `;`). */
const plain = /^\/[A-Za-z0-9\-._~!$&'()*+,=:@/]*$/
const dotSegment = /(?:^|\/)\.{1,2}(?:\/|$)/
const malformedEscape = /%(?![0-9A-Fa-f]{2})/
/** `%00`-`%1f`, `%7f`, and the encoded separators `/` and `\`. */
const hiddenCharacter = /%(?:[01][0-9A-Fa-f]|7[fF]|2[fF]|5[cC])/

/**
 * Reads the target of a request in origin-form or absolute-form (RFC 9112 sections 3.2.1 and 3.2.2).
 * @param url `IncomingMessage.url`, which is the target as it was sent
 * @param authority scheme and host that the request is addressed to, as `http://shop.localhost:7480`
 * @returns the target, or a refusal with `request_malformed`, `request_ambiguous` or `target_too_long`
 */
export function readTarget(url: string, authority: string): Target | Refusal {
  if (url.length > longestTarget) return refusal('target_too_long', `The target is longer than ${longestTarget} bytes.`)
  const raw = url.startsWith('/') ? url : originForm(url, authority)
  if (typeof raw !== 'string') return raw
  if (/[^\x21-\x7e]/.test(raw)) return ambiguous('The target holds a character that must be percent-encoded.')
  if (raw.includes('#')) return ambiguous('A request target has no fragment.')
  const mark = raw.indexOf('?')
  const path = mark < 0 ? raw : raw.slice(0, mark)
  const query = mark < 0 ? '' : raw.slice(mark)
  if (path.includes('//')) return ambiguous('The path has an empty segment.')
  if (dotSegment.test(path)) return ambiguous('The path has a dot segment.')
  if (plain.test(path)) return { raw, path, query, readings: [path] }
  const readings = readEscaped(path)
  return 'code' in readings ? readings : { raw, path, query, readings }
}

/** The origin-form of an absolute-form target, when it names the same authority as the Host header. */
function originForm(url: string, authority: string): string | Refusal {
  const match = /^([A-Za-z]+:\/\/[^/?#]*)(\/.*)?$/.exec(url)
  if (match === null) return refusal('request_malformed', 'The target is neither a path nor an absolute URL.')
  const [, prefix = '', path = '/'] = match
  if (prefix.toLowerCase() !== authority) return ambiguous('The target names another authority than the Host header.')
  return path
}

/** The readings of a path that holds escapes, parameters or characters that a URL should not hold. */
function readEscaped(path: string): readonly string[] | Refusal {
  if (path.includes('\\')) return ambiguous('The path has a backslash.')
  if (malformedEscape.test(path)) return ambiguous('The path has a broken percent-encoding.')
  if (hiddenCharacter.test(path)) return ambiguous('The path has an encoded separator or control character.')
  if (tricky(decodeAscii(path))) return dots()
  const once = decode(path)
  if (once === null) return []
  const readings = new Set<string>()
  for (const reading of [path, once]) {
    if (tricky(reading)) return dots()
    readings.add(reading).add(withoutParameters(reading))
  }
  // What only a second decoding or a Unicode folding would reveal is rare but lawful: it is merely never public.
  for (const reading of [once.normalize('NFKC'), ...deeper(once)]) {
    if (tricky(reading)) return []
    readings.add(reading).add(withoutParameters(reading))
  }
  return malformedEscape.test(once) || /%[0-9A-Fa-f]{2}/.test(once) ? [] : [...readings]
}

const deeper = (once: string): string[] => {
  const twice = malformedEscape.test(once) ? null : decode(once)
  return twice === null || twice === once ? [] : [twice]
}

/** Null when the escapes are not UTF-8 (an overlong `%c0%ae` is a dot to some old servers). */
function decode(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}

const decodeAscii = (path: string): string =>
  path.replaceAll(/%[0-7][0-9A-Fa-f]/g, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)))

/** Cuts the parameters off every segment (`/a;v=1/b` is `/a/b` to a Java server, RFC 3986 section 3.3). */
const withoutParameters = (path: string): string => path.replaceAll(/;[^/]*/g, '')

function tricky(reading: string): boolean {
  const bare = withoutParameters(reading)
  return (
    dotSegment.test(reading) ||
    dotSegment.test(bare) ||
    reading.includes('\\') ||
    reading.includes('//') ||
    (bare !== reading && bare.includes('//')) ||
    /\p{Cc}/u.test(reading)
  )
}

const ambiguous = (detail: string): Refusal => refusal('request_ambiguous', detail)
const dots = (): Refusal => ambiguous('The path has a dot segment or a separator in disguise.')
