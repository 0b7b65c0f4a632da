import type { Report } from './problem.ts'

export interface Headers {
  /** All values of each name, in their order; the names in lower case. Cookie is apart. */
  readonly fields: ReadonlyMap<string, readonly string[]>
  readonly cookies: readonly string[]
}

/** Of these a second one is read by some programs as the first, by others as the last (RFC 9110, section 5.3). */
const SINGLE: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-location',
  'content-type',
  'expect',
  'host',
  'if-match',
  'if-none-match',
  'max-forwards',
  'origin',
  'referer',
  'user-agent',
])

/** @param raw names and values by turns */
export function readHeaders(raw: readonly string[], report: Report): Headers {
  const fields = new Map<string, string[]>()
  const cookies: string[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] as string).toLowerCase()
    const value = raw[at + 1] as string
    const found = (by: string, why: string): void =>
      report({ code: 'header_ambiguous', place: 'header', name, by, why })
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) found('control', 'a control character in a header field')
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name)) found('name', 'the name of a header field is no token')
    if (name === 'cookie') {
      cookies.push(value)
      continue
    }
    const before = fields.get(name)
    if (before === undefined) fields.set(name, [value])
    else {
      if (SINGLE.has(name)) found('duplicate-name', 'a header field that may come only once')
      before.push(value)
    }
  }
  return { fields, cookies }
}
