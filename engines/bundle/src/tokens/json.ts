import { decodeBase64url } from '../base64url.ts'
import { TokenError } from '../errors.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * One part of a compact JWS as a JSON object. Names must be unique (RFC 7515 section 4, RFC 7519 section 4): of two parsers that meet a
 * name twice one takes the first value and the other the last.
 * @throws TokenError `malformed`
 */
export function readPart(part: string): Readonly<Record<string, unknown>> {
  const bytes = decodeBase64url(part)
  if (bytes === null) throw new TokenError('malformed', 'A part is not base64url.')
  const value = parse(bytes)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TokenError('malformed', 'A part is not a JSON object.')
  }
  return value as Record<string, unknown>
}

function parse(bytes: Buffer): unknown {
  let text: string
  let value: unknown
  try {
    text = decoder.decode(bytes)
    value = JSON.parse(text)
  } catch {
    throw new TokenError('malformed', 'A part is not JSON.')
  }
  // What a serialiser writes back as it was has no name twice; that is cheap to see, and nearly always so.
  if (JSON.stringify(value) !== text && hasRepeatedName(text)) {
    throw new TokenError('malformed', 'A name occurs twice.')
  }
  return value
}

/** Walks text that is known to be JSON: names are the strings before a colon. */
function hasRepeatedName(text: string): boolean {
  const open: Set<string>[] = []
  // Strings with their colon, and braces. Brackets need no level of their own: there are no names in a list.
  for (const [token, string] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (string !== undefined) {
      const name = JSON.parse(string) as string
      const names = open.at(-1)
      if (names === undefined || names.has(name)) return true
      names.add(name)
    }
  }
  return false
}
