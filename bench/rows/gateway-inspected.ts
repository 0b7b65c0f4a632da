import { apache, hasModSecurity2 } from '../lib/apache.ts'
import { CRS_FOLDER, hasCrs, modSecurityConfiguration } from '../lib/crs-files.ts'
import { cpuOfFamily } from '../lib/family.ts'
import { requests, requestTexts } from '../lib/gateway-requests.ts'
import { hasModSecurity3, nginx } from '../lib/nginx.ts'
import { type Peer, startPeer } from '../lib/peer.ts'
import type { Measure, Row } from '../lib/row.ts'
import { beyond, cpuMeasure, inTurns, type Turns } from '../lib/turns.ts'
import { buildOf, startWebServer } from '../lib/web-server.ts'
import type { GatewayPeer } from '../peers/gateway.ts'

/** The gateway with what it inspects by, against ModSecurity with the same rules; no value comes twice, but for the names and the browser's own fields. */
export const gatewayInspected: Row = {
  name: 'gateway-inspected',
  title: 'Gateway inspecting, fresh values in every request',
  peer: 'ModSecurity 3 in nginx and ModSecurity 2 in Apache with the same Core Rule Set, paranoia level 1',
  run: async (options) => {
    const missing = whatIsMissing()
    for (const each of missing) process.stdout.write(`  left out: ${each}\n`)
    const upstream = await startPeer('upstream.ts')
    const { url } = upstream
    const gateway = (how: Omit<GatewayPeer, 'upstream'>) =>
      startPeer('gateway.ts', [JSON.stringify({ upstream: url, ...how } satisfies GatewayPeer)])
    const has = (name: keyof typeof needed): boolean => needed[name].every((each) => each())
    const rules = modSecurityConfiguration()
    const peers: Record<string, Peer> = {
      plain: await gateway({}),
      detectors: await gateway({ inspect: true }),
      ...(hasCrs() && { rules: await gateway({ rules: CRS_FOLDER }) }),
      ...(has('nginx') && { nginx: await startWebServer(nginx, url, null) }),
      ...(has('modsecurity3') && { modsecurity3: await startWebServer(nginx, url, rules) }),
      ...(has('modsecurity2') && { modsecurity2: await startWebServer(apache, url, rules) }),
    }
    const measures: Measure[] = []
    try {
      for (const { name, make } of requests) {
        const turns = await inTurns(peers, requestTexts(make), ({ pid }) => cpuOfFamily(pid), options)
        measures.push(...compare(name, turns))
      }
    } finally {
      await Promise.all([upstream, ...Object.values(peers)].map((peer) => peer.stop()))
    }
    return measures
  },
}

function compare(name: string, turns: Readonly<Record<string, Turns | undefined>>): Measure[] {
  const { plain, detectors, rules, nginx: proxy, modsecurity3, modsecurity2 } = turns
  const measures: Measure[] = []
  const add = (what: string, ours: Turns | undefined, theirs: Turns | undefined): void => {
    if (ours !== undefined && theirs !== undefined) measures.push(cpuMeasure(`${name}, ${what}`, ours, theirs))
  }
  add('CRS, ModSecurity 3', rules, modsecurity3)
  add('CRS, ModSecurity 2', rules, modsecurity2)
  add('detectors and schema, ModSecurity 3', detectors, modsecurity3)
  if (plain === undefined || detectors === undefined || proxy === undefined || modsecurity3 === undefined)
    return measures
  add('detectors and schema alone, ModSecurity 3 alone', beyond(detectors, plain), beyond(modsecurity3, proxy))
  return measures
}

const installed = (build: string | null): build is string => build !== null
const nginxBuild = () => buildOf(nginx)
const apacheBuild = () => buildOf(apache)
const needed = {
  nginx: [() => installed(nginxBuild())],
  modsecurity3: [hasCrs, () => hasModSecurity3(nginxBuild() ?? '')],
  modsecurity2: [hasCrs, () => hasModSecurity2(apacheBuild() ?? '')],
} satisfies Record<string, readonly (() => boolean)[]>

function whatIsMissing(): string[] {
  const missing = hasCrs() ? [] : [`all with the Core Rule Set: there is no ${CRS_FOLDER} (HOLDFAST_CRS)`]
  for (const [name, tests] of Object.entries(needed)) {
    if (!tests.at(-1)?.()) missing.push(`${name}: it is not installed (bench/install-peers.sh)`)
  }
  return missing
}
