import { CSRF_COOKIE, FLOW_COOKIE, SESSION_COOKIE } from '@holdfast/bundle'
import { type Refusal, refusal } from '../refusal/catalogue.ts'

/** Each sign-in under way has a cookie of its own, so that several tabs do not spoil one another's. */
export const flowCookiePrefix = `${FLOW_COOKIE}-`

const prefix = SESSION_COOKIE.toLowerCase()

export interface Cookies {
  /** Value of the session cookie, or null. */
  readonly session: string | null
  /** Value of the cookie with the CSRF token, or null. */
  readonly csrf: string | null
  /** The sign-ins under way: what follows `flowCookiePrefix` -> value. */
  readonly flows: ReadonlyMap<string, string>
  /** What goes on to the upstream, or null when nothing is left. */
  readonly rest: string | null
}

const noFlows: ReadonlyMap<string, string> = new Map()

/**
 * Takes our cookies out of the Cookie header; the others stay byte for byte.
 * Two session cookies with different values are refused: a browser cannot hold two, so somebody planted one.
 */
export function readCookies(values: readonly string[]): Cookies | Refusal {
  const whole = values.length > 1 ? values.join('; ') : values[0]
  if (whole === undefined) return { session: null, csrf: null, flows: noFlows, rest: null }
  if (!whole.toLowerCase().includes(prefix)) return { session: null, csrf: null, flows: noFlows, rest: whole }
  let session: string | null = null
  let csrf: string | null = null
  const flows = new Map<string, string>()
  const rest: string[] = []
  for (const pair of whole.split(';')) {
    const equals = pair.indexOf('=')
    const name = (equals < 0 ? pair : pair.slice(0, equals)).trim()
    if (!isOurCookie(name)) {
      rest.push(pair)
      continue
    }
    const value = equals < 0 ? '' : pair.slice(equals + 1).trim()
    if (name === SESSION_COOKIE) {
      if (session !== null && session !== value) {
        return refusal('request_ambiguous', 'There are two session cookies.')
      }
      session = value
    } else if (name === CSRF_COOKIE) csrf = value
    else if (name.startsWith(flowCookiePrefix)) flows.set(name.slice(flowCookiePrefix.length), value)
  }
  const kept = rest.join(';').replace(/^[ \t]+/, '')
  return { session, csrf, flows, rest: kept === '' ? null : kept }
}

/** True for a name that only the gateway may set or see, in any casing (`__Host-holdfast`, `__host-holdfast-flow-x`). */
const isOurCookie = (name: string): boolean => name.toLowerCase().startsWith(prefix)

/** True for a Set-Cookie value that would set one of ours; a leading `=` is a nameless cookie that poses as a named one. */
export const setsOurCookie = (value: string): boolean => isOurCookie(value.replace(/^[\s=]+/, ''))
