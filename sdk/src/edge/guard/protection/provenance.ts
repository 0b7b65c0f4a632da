import type { Provenance } from '@holdfast/http-guard'
import type { RequestHead } from '../request/head.ts'

/** What a request shows of who sends it: a cookie goes along without the page's doing. */
export type Shown =
  | { readonly by: 'cookie' | 'bearer'; readonly credential: string }
  | { readonly by: 'token' | 'identity' }

/** Credentials that a browser adds to requests by itself once it knows them (RFC 7617, 7616, 4559). */
const addedByBrowsers = /^\s*(?:basic|digest|negotiate|ntlm)(?:\s|$)/i

/**
 * Whether the browser's own doing lets a request act as somebody: our session cookie, a cookie of the application's, HTTP Basic. A bearer
 * is none: no page can add one to a request to another site without being asked first (CORS).
 * @param rest the cookies that go on to the application
 */
export function isAmbient(presented: Shown | null, rest: string | null, authorization: string | null): boolean {
  if (presented !== null) return presented.by === 'cookie'
  return rest !== null || (authorization !== null && addedByBrowsers.test(authorization))
}

/** What a request tells of where it comes from. */
export function provenanceOf(head: RequestHead, ambient: boolean): Provenance {
  const { method, target, scheme, host, fetchSite, origin, referer, methodOverride: override, upgrade } = head
  const { readings, query } = target
  return { method, readings, query, scheme, host, fetchSite, origin, referer, override, upgrade, ambient }
}
