import { compileGuard, defaultProtection, isCsrfRefusal } from '@holdfast/http-guard'
import type { HeaderFields, RequestLike } from './request.ts'

const { csrf } = compileGuard(defaultProtection)

/**
 * Whether a page of somebody else made the browser send a request that carries a session cookie. The scheme by which the client came is
 * known to a proxy in front at best: that of Origin (or Referer) is taken for it, and the host decides.
 */
export function isForeign({ method, url = '' }: RequestLike, fields: HeaderFields): boolean {
  const { length, 0: host = '' } = fields.all('host')
  const [origin = null, ...more] = fields.all('origin')
  const [referer = null] = fields.all('referer')
  const sites = fields.all('sec-fetch-site')
  if (length > 1 || more.length > 0 || sites.length > 1) return true
  const query = url.indexOf('?')
  const reason = csrf.judge({
    method: method ?? '',
    readings: [],
    query: query < 0 ? '' : url.slice(query),
    scheme: /^https:/i.test(origin ?? referer ?? '') ? 'https' : 'http',
    host: host.toLowerCase(),
    fetchSite: sites[0] ?? null,
    origin,
    referer,
    override: METHOD_OVERRIDES.flatMap((name) => fields.all(name)).join(',') || null,
    upgrade: fields.all('upgrade').length > 0,
    ambient: true,
  })
  return isCsrfRefusal(reason)
}

const METHOD_OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override']
