import { randomBytes, randomInt } from 'node:crypto'
import { createGatewayEdge, createPossession, type Edge, loadCredentials, systemClock } from '@holdfast/sdk/edge'
import type { GatewayBundle } from '@holdfast/bundle'
import { LRUCache } from 'lru-cache'
import { Limiter, Load, originReader, Reporter, Reports } from '@holdfast/sdk/edge/guard'
import { Active } from './forward/active.ts'
import { Front } from './front.ts'
import { Handler } from './handler.ts'
import { Callers } from './identity/caller.ts'
import { Enforcer } from './policy/enforce.ts'
import { Gates } from './policy/gates.ts'
import { loadGatewayKey } from './identity/key.ts'
import { Mint } from './identity/mint.ts'
import { AddressLimit } from './limits/addresses.ts'
import { defaultCollectedBytes, defaultRate, defaultTimeouts, type GatewayOptions } from './options.ts'
import { Endpoints } from './signin/endpoints.ts'
import { AuditFile } from './rules/audit-file.ts'
import { loadRules } from './rules/load.ts'
import { rulesOf } from './rules/rules.ts'
import { Standing } from './standing.ts'
import { Learning } from './learning/learning.ts'
import { countRequest } from './traffic/count.ts'
import { Traffic } from './traffic/traffic.ts'
import { Balancers } from './upstream/balancers.ts'
import { UpstreamPools } from './upstream/pool.ts'
import { tellOfUpstreams } from './upstream/tell.ts'
import { Certificates } from './tls/certificates.ts'
import { tellOfCertificates } from './tls/tell.ts'
import { version } from './version.ts'

export interface Gateway {
  /** Where it listens: `http://127.0.0.1:7480`. */
  readonly url: string
  /** Whether requests can be let through: a bundle under a live lease, and the gateway's key registered. */
  isReady(): boolean
  /** Reads the certificates again. */
  reload(): void
  /** Takes no new requests, lets those under way end for a while, closes WebSockets, and ships the last events. */
  close(): Promise<void>
}

/** Sessions ended here stay refused here until the revocation feed has surely said so. */
const endedMs = 130_000
const defaultListen = '127.0.0.1:7480'

/**
 * Starts a gateway. Resolves when it listens and has once tried to reach its control plane; if that failed it goes on
 * trying, and refuses every request until it succeeds.
 * @throws CredentialsError, GatewayKeyError, SecLangError, or the error of the listening socket
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock = systemClock, tls, fetch = globalThis.fetch, onProblem = warn } = options
  const now = (): number => clock.now()
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const { host, port } = readListen(options.listen ?? defaultListen)
  const originOf = originReader(options.trustedProxies ?? [], tls !== undefined)
  const credentials = loadCredentials(options.credentials, {})
  const { signing, jwk } = loadGatewayKey(options.data)

  const certificates =
    tls === undefined
      ? null
      : new Certificates({
          pairs: tls.pairs,
          minVersion: tls.minVersion ?? 'TLSv1.3',
          checkMs: tls.checkMs ?? 1000,
          tell: tellOfCertificates((event) => edge.record(event), onProblem),
        })
  const edge = createGatewayEdge({ credentials, version, fetch, clock, onProblem })
  const active = new Active(now)
  const pools = new UpstreamPools({
    connections: options.upstreamConnections ?? 512,
    idleMs: timeouts.upstreamIdleMs,
  })
  const reporter = new Reporter((event) => edge.recordRefusal(event))
  const balancers = new Balancers({ pools, tell: tellOfUpstreams((event) => edge.record(event)) })
  const gates = new Gates({ edge, clock, random: randomBytes, onProblem })
  const standing = new Standing({
    gates,
    edge,
    credentials,
    jwk,
    fetch,
    onProblem,
    onUpstreams: (upstreams) => balancers.update(upstreams),
  })
  const ended = new LRUCache<string, true>({ max: 10_000, ttl: endedMs })
  const endpoints = new Endpoints({
    exchange: (request) => edge.exchange(request),
    signOut: (credential, application) => signOut(edge, credential, application, endSession),
    now,
  })
  const endSession = (session: string): void => {
    ended.set(session, true)
    active.revoke(session)
  }
  const hasEnded = (session: string | null): boolean => session !== null && ended.has(session)
  const possession = createPossession({ clock, nonceSecret: undefined })
  const limiter = new Limiter({
    seed: randomInt(2 ** 32),
    lease: (asked) => edge.lease(asked),
    now: () => performance.now(),
  })
  const load = new Load()
  const reports = new Reports({ ship: (request) => edge.shipCspReports(request) })
  const traffic = new Traffic({ edge: edge.id, ship: (request) => edge.shipTraffic(request), random: Math.random, now })
  const learning = new Learning({ ship: (request) => edge.shipLearned(request) })
  const audit = options.auditLog === undefined ? null : new AuditFile({ file: options.auditLog, onProblem })
  const { onTried } = options
  const rules =
    options.rules === undefined ? null : rulesOf({ engine: loadRules(options.rules, now), audit, onTried, now })
  const handler = new Handler({
    callers: new Callers({ edge, possession, standing, hasEnded, now }),
    forwardTokens: new Set(options.forwardTokens),
    standing,
    enforcer: new Enforcer({ standing, reporter, record: (event, like) => edge.recordRefusal(event, like), now }),
    endpoints,
    mint: new Mint({ key: signing, now }),
    reporter,
    rate: options.rate === null ? null : new AddressLimit(options.rate ?? defaultRate, limiter.gcra),
    limiter,
    load,
    reports,
    onEnd: (inbound, status) => {
      countRequest(traffic, inbound, status)
      learning.end(inbound, status)
    },
    collectedBytes: options.collectedBytes ?? defaultCollectedBytes,
    rules,
    balancers,
    active,
    originOf,
    timeouts,
    now,
  })
  const isReady = (): boolean => standing.current() !== null
  const front = new Front({
    handler,
    reporter,
    timeouts,
    certificates,
    clientCertificates: tls?.clientCertificates === true,
    isReady,
    url: () => standing.url,
  })
  edge.onRevoked((session) => active.revoke(session))
  edge.onLapsed(() => active.cutTunnels())
  // Before the bundle is acknowledged: from then on nothing runs that it might not let through.
  edge.onBundle(() => {
    active.cutTunnelsWithoutSession()
    active.cutForbidden()
    // Its upstreams are checked from now on, whether or not a request comes.
    standing.current()
  })

  const release = async (): Promise<void> => {
    standing.close()
    gates.close()
    load.close()
    await reports.close()
    await traffic.close()
    await learning.close()
    active.close()
    certificates?.close()
    balancers.close()
    pools.destroy()
    await edge.close()
    await audit?.close()
  }
  try {
    const address = await front.listen(host, port)
    await standing.begin()
    return {
      url: `${tls === undefined ? 'http' : 'https'}://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
      isReady,
      reload: () => void certificates?.reload(),
      close: async () => {
        const closed = front.close()
        active.cutTunnels()
        await active.drained(timeouts.drainMs)
        active.cutAll()
        front.destroy()
        await closed
        await release()
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}

/** Ends the sign-in, and refuses its session here at once. */
async function signOut(
  edge: Edge<GatewayBundle>,
  credential: string,
  application: string,
  endSession: (session: string) => void,
): Promise<void> {
  const answer = await edge.introspect(credential, application)
  await edge.signOut(credential)
  if (answer.active && answer.session !== null) endSession(answer.session)
}

/** @throws Error when it is not `host:port` */
function readListen(listen: string): { host: string; port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(listen)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) throw new Error(`${listen} is not host:port, as ${defaultListen} is.`)
  return { host: match[1] ?? match[2] ?? '', port }
}

const warn = (problem: Error): void => process.emitWarning(`Holdfast gateway: ${problem.message}`, 'HoldfastWarning')
