import type { RequestHead } from './head.ts'

const safe: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Methods that change nothing (RFC 9110 section 9.2.1). */
export const isSafe = (method: string): boolean => safe.has(method)

/**
 * Tells whether a page of another site made the browser send this request.
 * `Sec-Fetch-Site` (which no page can set) decides where it is present; otherwise `Origin`. A request without either does
 * not come from a browser that could have been tricked. For an upgrade `Origin` decides: browsers send it with every one,
 * and do not agree on Sec-Fetch-Site there.
 */
export function isCrossSite(head: Pick<RequestHead, 'fetchSite' | 'origin' | 'scheme' | 'host' | 'upgrade'>): boolean {
  if (head.fetchSite !== null && !(head.upgrade && head.origin !== null)) {
    return head.fetchSite !== 'same-origin' && head.fetchSite !== 'none'
  }
  return head.origin !== null && head.origin.toLowerCase() !== `${head.scheme}://${head.host}`
}
