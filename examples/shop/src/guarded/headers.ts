import type { MiddlewareHandler } from 'hono'
import { ShopError } from './problem.ts'

/** No script at all, styles and pictures from here only, nobody frames us, forms go home. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const safeHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  c.header('content-security-policy', POLICY)
  // What the policy says, for browsers (and scanners) of before it; https is the gateway's, and browsers read this only there.
  c.header('x-frame-options', 'DENY')
  c.header('x-xss-protection', '1; mode=block')
  c.header('strict-transport-security', 'max-age=31536000')
  c.header('x-content-type-options', 'nosniff')
  c.header('referrer-policy', 'same-origin')
  c.header('cross-origin-opener-policy', 'same-origin')
  // Answers depend on who asks: no cache may keep them for another.
  if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
}

/** The second wall behind the gateway's: a browser that changes something says itself where it comes from. */
export const sameSite: MiddlewareHandler = async (c, next) => {
  const site = c.req.header('sec-fetch-site')
  const safe = c.req.method === 'GET' || c.req.method === 'HEAD'
  if (!safe && site !== undefined && site !== 'same-origin' && site !== 'none') {
    throw new ShopError('cross_site', 403, 'Sent from another site', 'A page of another site sent this request.')
  }
  await next()
}
