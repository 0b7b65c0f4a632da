import { randomBytes } from 'node:crypto'
import { cpuOfFamily } from '../lib/family.ts'
import { requests, requestTexts } from '../lib/gateway-requests.ts'
import { nginx } from '../lib/nginx.ts'
import { type Peer, startPeer } from '../lib/peer.ts'
import type { Measure, Row } from '../lib/row.ts'
import { cpuMeasure, inTurns, rateMeasure } from '../lib/turns.ts'
import { buildOf, startWebServer } from '../lib/web-server.ts'
import type { GatewayPeer } from '../peers/gateway.ts'

const sessions = Array.from({ length: 256 }, () => `hfs_${randomBytes(32).toString('base64url')}`)

/** The gateway with every check but inspection, a session resolved and an identity token made, against proxies that check nothing. */
export const gatewayPlain: Row = {
  name: 'gateway-plain',
  title: 'Gateway, 256 sessions resolved, identity token, CSRF, security headers, no inspection',
  peer: 'proxies that check nothing: http-proxy-3 2.0.1, @fastify/http-proxy 11.6.3, nginx',
  run: async (options) => {
    const upstream = await startPeer('upstream.ts')
    const asked: GatewayPeer = { upstream: upstream.url, sessions, publicPaths: [] }
    const hasNginx = buildOf(nginx) !== null
    if (!hasNginx) process.stdout.write('  left out: nginx is not installed (bench/install-peers.sh)\n')
    const peers: Record<string, Peer> = {
      ours: await startPeer('gateway.ts', [JSON.stringify(asked)]),
      'http-proxy-3': await startPeer('http-proxy-3.ts', [upstream.url]),
      'fastify-http-proxy': await startPeer('fastify-http-proxy.ts', [upstream.url]),
      ...(hasNginx && { nginx: await startWebServer(nginx, upstream.url, null) }),
    }
    const measures: Measure[] = []
    try {
      for (const { name, make } of requests) {
        const { ours, ...others } = await inTurns(peers, requestTexts(make, sessions), cpuOf, options)
        for (const [other, theirs] of Object.entries(others)) {
          if (ours === undefined) continue
          measures.push(cpuMeasure(`${name}, ${other}`, ours, theirs))
          // Beside nginx the load generator is what is measured.
          if (other !== 'nginx') measures.push(rateMeasure(`${name}, ${other}`, ours, theirs))
        }
      }
    } finally {
      await Promise.all([upstream, ...Object.values(peers)].map((peer) => peer.stop()))
    }
    return measures
  },
}

const cpuOf = ({ pid }: Peer): number => cpuOfFamily(pid)
