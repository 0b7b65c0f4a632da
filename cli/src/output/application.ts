import type { Application } from '../api/types.ts'
import { facts } from './table.ts'

/** What an application is, without the edges that guard it. */
export function applicationFacts(application: Application): string {
  const { id, name, hosts, upstreams, publicPaths, bundledTypes, limits, policies, epoch } = application
  return facts({
    id,
    name,
    hosts: hosts.join(', '),
    upstream: upstreams.join(' '),
    'public paths': publicPaths.join(' '),
    'bundled types': bundledTypes.join(' '),
    'body limit': `${limits.bodyBytes} bytes`,
    'request timeout': `${limits.requestTimeoutMs} ms`,
    policies,
    epoch,
  })
}
