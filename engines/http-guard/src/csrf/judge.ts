import type { Routes, Readings } from '../routes.ts'
import { methodsOf } from '../routing/resource.ts'

/** What of a request tells where it comes from. Values as they were sent; null where there is none. */
export interface Provenance {
  readonly method: string
  readonly readings: Readings
  /** With its question mark, or empty. */
  readonly query: string
  /** Of the connection, and the host with its port unless that is the scheme's own, in lower case: `https`, `shop.example`. */
  readonly scheme: string
  readonly host: string
  readonly fetchSite: string | null
  readonly origin: string | null
  readonly referer: string | null
  /** `X-HTTP-Method-Override` and its kin: the methods that a backend may take the request for, with commas. */
  readonly override: string | null
  /** A WebSocket handshake: it begins with a GET, and what is done on it later asks no more. */
  readonly upgrade: boolean
  /** The browser adds by itself what lets this request act as somebody: a cookie, HTTP Basic, a client certificate. */
  readonly ambient: boolean
}

export interface CsrfRules {
  readonly sameSite: boolean
  readonly trustedOrigins: ReadonlySet<string>
  readonly withoutCookies: 'pass' | 'judge'
  readonly withoutOrigin: 'pass' | 'refuse'
  readonly exempt: Routes
}

/**
 * Why a request passes or is refused.
 * `safe` `exempt` `no_cookie` `same_origin` `user` `same_site` `trusted_origin` `no_browser` pass; the others are refusals:
 * `cross_site` (Sec-Fetch-Site says so) · `other_origin` · `opaque_origin` (`Origin: null`) · `other_referer` · `unknown_origin`
 */
export type CsrfReason = CsrfPass | CsrfRefusal
export type CsrfPass =
  | 'safe'
  | 'exempt'
  | 'no_cookie'
  | 'same_origin'
  | 'user'
  | 'same_site'
  | 'trusted_origin'
  | 'no_browser'
export type CsrfRefusal = 'cross_site' | 'other_origin' | 'opaque_origin' | 'other_referer' | 'unknown_origin'

const refusals: ReadonlySet<string> = new Set<CsrfRefusal>([
  'cross_site',
  'other_origin',
  'opaque_origin',
  'other_referer',
  'unknown_origin',
])

export const isCsrfRefusal = (reason: CsrfReason): reason is CsrfRefusal => refusals.has(reason)

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Methods that change nothing (RFC 9110 section 9.2.1), less TRACE. Methods are case-sensitive: `get` is none of them. */
export const isSafeMethod = (method: string): boolean => safe.has(method)

/**
 * Whether the request may change something. A GET that asks its backend to be taken for a DELETE (`X-HTTP-Method-Override`, `_method`)
 * is one that may.
 */
export function mayChange({ method, override, query, upgrade }: Provenance): boolean {
  if (upgrade || !safe.has(method)) return true
  return (override !== null || query !== '') && methodsOf(method, override, query).some((each) => !safe.has(each))
}

/**
 * Judges whether a page of somebody else made the browser send this request.
 *
 * 1. What changes nothing passes, and so does what carries nothing that the browser added by itself: there is no authority to abuse.
 * 2. `Sec-Fetch-Site`, which no page can set, decides where it is there (Fetch Metadata, W3C, section 2.3): `same-origin` and `none` pass,
 *    `same-site` where the application trusts its siblings, `cross-site` where its origin is trusted. A value that is not known is refused.
 * 3. Otherwise (plain http, older browsers) the full origin must be ours: scheme, host and port of `Origin` (RFC 6454 section 7), or
 *    where there is none of `Referer`. `Origin: null` is nobody's.
 * 4. Browsers send `Origin` with every such request since 2020. What has neither was sent by no browser that could have been tricked;
 *    `withoutOrigin: 'refuse'` refuses it all the same.
 */
export function judgeOrigin(request: Provenance, rules: CsrfRules): CsrfReason {
  if (!request.ambient && rules.withoutCookies === 'pass') return 'no_cookie'
  if (!mayChange(request)) return 'safe'
  if (rules.exempt.surely(request.method, request.readings)) return 'exempt'
  const { fetchSite, origin, upgrade } = request
  // Browsers send Origin with every WebSocket handshake, and do not agree on Sec-Fetch-Site there.
  if (fetchSite !== null && !(upgrade && origin !== null)) return byFetchSite(fetchSite, origin, rules)
  if (origin !== null) return byOrigin(origin, request, rules)
  return byReferer(request, rules)
}

function byFetchSite(site: string, origin: string | null, { sameSite, trustedOrigins }: CsrfRules): CsrfReason {
  if (site === 'same-origin') return 'same_origin'
  if (site === 'none') return 'user'
  if (site === 'same-site' && sameSite) return 'same_site'
  const known = site === 'same-site' || site === 'cross-site'
  return known && origin !== null && trustedOrigins.has(origin.toLowerCase()) ? 'trusted_origin' : 'cross_site'
}

function byOrigin(origin: string, { scheme, host }: Provenance, { trustedOrigins }: CsrfRules): CsrfReason {
  const sent = origin.toLowerCase()
  if (sent === `${scheme}://${host}`) return 'same_origin'
  if (sent === 'null') return 'opaque_origin'
  return trustedOrigins.has(sent) ? 'trusted_origin' : 'other_origin'
}

function byReferer({ referer, scheme, host }: Provenance, { trustedOrigins, withoutOrigin }: CsrfRules): CsrfReason {
  if (referer === null) return withoutOrigin === 'pass' ? 'no_browser' : 'unknown_origin'
  const sent = originOf(referer)
  if (sent === `${scheme}://${host}`) return 'same_origin'
  return sent !== null && trustedOrigins.has(sent) ? 'trusted_origin' : 'other_referer'
}

/** The origin of an absolute URL, without the port that its scheme implies. No user info: browsers send none in a Referer. */
function originOf(url: string): string | null {
  const match = /^(https?):\/\/([^/?#@\\\s]+)(?:[/?#]\S*)?$/i.exec(url)
  if (match === null) return null
  const [, scheme = '', authority = ''] = match
  const implied = scheme.toLowerCase() === 'https' ? ':443' : ':80'
  const bare = authority.toLowerCase()
  return `${scheme.toLowerCase()}://${bare.endsWith(implied) ? bare.slice(0, -implied.length) : bare}`
}
