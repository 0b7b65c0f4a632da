import type { HeaderFields } from './request.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request that carries a session cookie was made by another site's page: the browser says so in Sec-Fetch-Site, or its Origin
 * is not the host that was asked. Both absent means that no browser sent it.
 * @param method undefined counts as unsafe
 */
export function isCrossSite(method: string | undefined, fields: HeaderFields): boolean {
  // A WebSocket begins with a GET, and what is then done on it no longer asks.
  const upgrade = fields.all('upgrade').length > 0
  if (!upgrade && method !== undefined && SAFE.has(method.toUpperCase())) return false
  const site = fields.all('sec-fetch-site')
  const origins = fields.all('origin')
  // Browsers do not agree on Sec-Fetch-Site for an upgrade, and send Origin with every one.
  if (!(upgrade && origins.length > 0) && site.some((value) => value !== 'same-origin' && value !== 'none')) return true
  const hosts = fields.all('host')
  return origins.some((origin) => hosts.length !== 1 || hostOf(origin) !== hosts[0]?.toLowerCase())
}

function hostOf(origin: string): string | null {
  const match = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())
  return match?.[1] ?? null
}
