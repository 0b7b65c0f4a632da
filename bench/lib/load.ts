import autocannon from 'autocannon'
import type { Peer } from './peer.ts'

export interface Load {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly connections: number
  readonly seconds: number
}

export interface Figures {
  readonly requestsPerSecond: number
  /** Microseconds of the peer's processor. */
  readonly cpuPerRequest: number
}

/** @throws Error when a request failed: then the figures mean nothing */
export async function drive(peer: Peer, { path, seconds, ...load }: Load): Promise<Figures> {
  const before = await peer.cpu()
  const result = await autocannon({ url: peer.url + path, duration: seconds, ...load })
  const used = (await peer.cpu()) - before
  const requests = result['2xx']
  if (requests === 0 || result.errors > 0 || result.non2xx > 0) {
    throw new Error(`${peer.url}${path}: ${requests} good, ${result.non2xx} other answers, ${result.errors} errors.`)
  }
  return { requestsPerSecond: requests / result.duration, cpuPerRequest: used / requests }
}
