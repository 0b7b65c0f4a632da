import { ACCESS_TOKEN_LONGEST, HOLDFAST_IDENTITY_HEADER, isSecret, SESSION_COOKIE } from '@holdfast/bundle'
import type { HeaderFields } from './request.ts'
import type { Way } from './principal.ts'

/** What a request presents in one way: nothing, something of the right form, or something that is refused as it stands. */
export type Presented =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'credential'; readonly value: string }
  | { readonly kind: 'token'; readonly value: string; readonly scheme: 'Bearer' | 'DPoP' }
  | { readonly kind: 'refused'; readonly reason: string; readonly detail: string }

const NOTHING: Presented = { kind: 'nothing' }

/** Reads one way. A thing presented wrongly is refused, never taken for nothing: otherwise it could switch to a weaker way. */
export function presented(way: Way, fields: HeaderFields): Presented {
  if (way === 'identity') return presentedIdentity(fields)
  return way === 'session' ? presentedSession(fields) : presentedBearer(fields)
}

function presentedIdentity(fields: HeaderFields): Presented {
  for (const name of fields.names()) {
    // CGI-like servers read holdfast_identity as the same header; a gateway removes it, so whoever sends it came another way.
    if (name !== HOLDFAST_IDENTITY_HEADER && name.replaceAll('_', '-') === HOLDFAST_IDENTITY_HEADER) {
      return refused('identity_variant', 'The request carries a variant of the identity header.')
    }
  }
  const values = fields.all(HOLDFAST_IDENTITY_HEADER)
  const [value] = values
  if (value === undefined) return NOTHING
  // Some servers and the web's Headers join repeated fields with a comma, which no token contains.
  if (values.length > 1 || value.includes(',')) {
    return refused('identity_repeated', 'The request carries the identity header more than once.')
  }
  return credential(value)
}

function presentedSession(fields: HeaderFields): Presented {
  const found = readCookie(fields.all('cookie').join('; '), SESSION_COOKIE)
  const [value] = found
  if (value === undefined) return NOTHING
  if (found.length > 1) return refused('session_repeated', 'The request carries the session cookie more than once.')
  return isSecret('session', value)
    ? credential(value)
    : refused('session_malformed', 'The session cookie is not one of ours.')
}

function presentedBearer(fields: HeaderFields): Presented {
  const values = fields.all('authorization')
  const [value] = values
  if (value === undefined) return NOTHING
  if (values.length > 1)
    return refused('bearer_repeated', 'The request carries the Authorization header more than once.')
  // RFC 9110 section 11.1: the scheme is case-insensitive. Another scheme is the application's own affair.
  const scheme = /^(?:bearer|dpop)(?= |$)/i.exec(value)?.[0]
  if (scheme === undefined) return NOTHING
  const token = value.slice(scheme.length + 1)
  const bearer = scheme.toLowerCase() === 'bearer'
  if (bearer && (isSecret('session', token) || isSecret('serviceKey', token))) return credential(token)
  if (token.length <= ACCESS_TOKEN_LONGEST && COMPACT.test(token)) {
    return { kind: 'token', value: token, scheme: bearer ? 'Bearer' : 'DPoP' }
  }
  return refused('bearer_malformed', 'The bearer is not one of ours.')
}

/** A compact JWS, by its looks. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/** All values of a cookie in a Cookie header (RFC 6265 section 4.2.1; names compare exactly, quotes belong to the value). */
export function readCookie(header: string, name: string): string[] {
  const values: string[] = []
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals !== -1 && pair.slice(0, equals).trim() === name) values.push(pair.slice(equals + 1).trim())
  }
  return values
}

function credential(value: string): Presented {
  return { kind: 'credential', value }
}

function refused(reason: string, detail: string): Presented {
  return { kind: 'refused', reason, detail }
}
