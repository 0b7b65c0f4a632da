import type { Bytes } from '@holdfast/detectors'
import type { Report } from './problem.ts'

export interface Cookie {
  readonly name: string
  /** As it came, without the quotes around it. */
  readonly bytes: Bytes
}

/**
 * Reads Cookie fields (RFC 6265, section 5.4; 4.2.1 for their form). Reported is what the readers of RFC 2109 and RFC 6265 take differently:
 * quotes that reach over a semicolon, `$Version`, and a name of a protected prefix that comes twice.
 */
export function readCookies(values: readonly string[], most: number, report: Report): Cookie[] {
  const found = (by: string, why: string, name: string): void =>
    report({ code: 'cookie_ambiguous', place: 'cookie', name, by, why })
  const cookies: Cookie[] = []
  const guarded = new Set<string>()
  for (const value of values) {
    for (const piece of value.split(';')) {
      const pair = piece.trim()
      if (pair === '') continue
      if (cookies.length === most) {
        report({ code: 'too_many_values', place: 'cookie', name: '', by: 'limit', why: `more than ${most} values` })
        return cookies
      }
      const equals = pair.indexOf('=')
      const name = equals < 0 ? '' : pair.slice(0, equals).trim()
      const raw = pair.slice(equals + 1).trim()
      if (name.startsWith('$')) found('attribute', 'an attribute of RFC 2965 among the cookies', name)
      const opens = raw.startsWith('"')
      if (opens !== (raw.length > 1 && raw.endsWith('"')))
        found('quotes', 'a quote that does not end in its cookie', name)
      if (/^__(?:host|secure)-/i.test(name)) {
        if (guarded.has(name)) found('duplicate-name', 'two cookies of one protected name', name)
        guarded.add(name)
      }
      cookies.push({ name, bytes: opens && raw.length > 1 ? raw.slice(1, -1) : raw })
    }
  }
  return cookies
}
