import type { UpstreamSettings } from '@holdfast/http-guard'
import { Balancer, type Peer } from './balancer.ts'
import { checkUpstream } from './check.ts'
import { type Change, Health } from './health.ts'
import type { UpstreamPools } from './pool.ts'

/** Where one application runs. */
export interface Upstreams {
  readonly origins: readonly string[]
  readonly settings: UpstreamSettings
  /** By which checks call it. */
  readonly host: string
}

export interface BalancersOptions {
  readonly pools: UpstreamPools
  /** An upstream of an application is out, or back. */
  readonly tell: (application: string, origin: string, change: Change) => void
}

const sweepMs = 200

interface Kept {
  readonly balancer: Balancer
  readonly host: string
  /** By origin: when the next check is due. */
  readonly due: Map<string, number>
}

/** The upstreams of all applications. What is known of one outlives a new bundle. */
export class Balancers {
  private readonly options: BalancersOptions
  private kept = new Map<string, Kept>()
  private readonly timer: NodeJS.Timeout

  constructor(options: BalancersOptions) {
    this.options = options
    this.timer = setInterval(() => this.sweep(), sweepMs)
    this.timer.unref()
  }

  of(application: string): Balancer | undefined {
    return this.kept.get(application)?.balancer
  }

  /** @param wanted by the application's id */
  update(wanted: ReadonlyMap<string, Upstreams>): void {
    const { pools, tell } = this.options
    const before = this.kept
    this.kept = new Map()
    const all = new Set<string>()
    for (const [application, { origins, settings, host }] of wanted) {
      const old = before.get(application)
      const peers = [...new Set(origins)].map((origin): Peer => {
        all.add(origin)
        const known = old?.balancer.peers.find((peer) => peer.origin === origin)
        if (known !== undefined) return known
        const url = new URL(origin)
        return { origin, url, pool: pools.for(origin, url), health: new Health(), outstanding: 0 }
      })
      const balancer = new Balancer(peers, settings, (origin, change) => tell(application, origin, change))
      this.kept.set(application, { balancer, host, due: old?.due ?? new Map<string, number>() })
    }
    pools.keepOnly(all)
  }

  close(): void {
    clearInterval(this.timer)
    this.kept.clear()
  }

  private sweep(): void {
    const now = performance.now()
    for (const [application, kept] of this.kept) {
      const { balancer, due } = kept
      const { check } = balancer.settings
      for (const peer of balancer.peers) {
        balancer.changed(peer, check === null ? peer.health.unchecked(now) : peer.health.look(now))
        if (check === null || now < (due.get(peer.origin) ?? 0)) continue
        // The next one is due when this one has ended.
        due.set(peer.origin, Number.POSITIVE_INFINITY)
        void checkUpstream(peer.url, kept.host, check).then((problem) => {
          const at = performance.now()
          due.set(peer.origin, at + check.seconds * 1000)
          const current = this.kept.get(application)
          if (current?.balancer.peers.includes(peer) !== true) return
          current.balancer.changed(peer, peer.health.checked(problem, at))
        })
      }
    }
  }
}
