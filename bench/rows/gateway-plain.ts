import { randomBytes } from 'node:crypto'
import { drive, type Figures, type Load } from '../lib/load.ts'
import { startPeer } from '../lib/peer.ts'
import { type Measure, measure, type Row } from '../lib/row.ts'

const host = 'shop.localhost:7480'
const cookie = `theme=dark; __Host-holdfast=hfs_${randomBytes(32).toString('base64url')}`
const browser = {
  host,
  'user-agent': 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  accept: 'application/json, text/plain, */*',
  'accept-language': 'en-GB,en;q=0.9',
  'accept-encoding': 'gzip, deflate, br',
  'sec-fetch-site': 'same-origin',
}

const loads: readonly { what: string; load: Omit<Load, 'seconds' | 'connections'> }[] = [
  { what: 'GET, public', load: { method: 'GET', path: '/public/products?page=2', headers: browser } },
  { what: 'GET, with a session', load: { method: 'GET', path: '/orders?page=2', headers: { ...browser, cookie } } },
  {
    what: 'POST 2 KiB, with a session',
    load: {
      method: 'POST',
      path: '/orders',
      headers: { ...browser, cookie, 'content-type': 'application/json', origin: `http://${host}` },
      body: JSON.stringify({ note: 'x'.repeat(2036) }),
    },
  },
]

/** The gateway with all its checks against a plain proxy that checks nothing, before the same application. */
export const gatewayPlain: Row = {
  name: 'gateway-plain',
  title: 'Gateway, plain forwarding',
  peer: 'http-proxy-3 2.0.1',
  run: async ({ rounds, seconds }) => {
    const upstream = await startPeer('upstream.ts')
    const credential = cookie.split('__Host-holdfast=')[1] ?? ''
    const ours = await startPeer('gateway.ts', [upstream.url, credential])
    const theirs = await startPeer('http-proxy-3.ts', [upstream.url])
    const measures: Measure[] = []
    try {
      for (const { what, load } of loads) {
        const figures: { ours: Figures[]; theirs: Figures[] } = { ours: [], theirs: [] }
        const turn = (peer: typeof ours, seconds: number) => drive(peer, { ...load, connections: 32, seconds })
        await turn(ours, 1)
        await turn(theirs, 1)
        for (let round = 0; round < rounds; round++) {
          // The order changes, so that neither always runs on the warmer machine.
          if (round % 2 === 0) figures.ours.push(await turn(ours, seconds))
          figures.theirs.push(await turn(theirs, seconds))
          if (round % 2 === 1) figures.ours.push(await turn(ours, seconds))
        }
        const cpu = (all: readonly Figures[]) => all.map(({ cpuPerRequest }) => cpuPerRequest)
        const rate = (all: readonly Figures[]) => all.map(({ requestsPerSecond }) => requestsPerSecond)
        measures.push(
          measure(`${what}: CPU per request`, 'us', true, cpu(figures.ours), cpu(figures.theirs)),
          measure(`${what}: throughput`, 'req/s', false, rate(figures.ours), rate(figures.theirs)),
        )
      }
    } finally {
      await Promise.all([ours.stop(), theirs.stop(), upstream.stop()])
    }
    return measures
  },
}
