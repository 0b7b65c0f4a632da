import type { UpstreamSettings } from '@holdfast/http-guard'
import type { UpstreamFailureKind } from './failure.ts'
import { type Change, Health } from './health.ts'
import type { UpstreamPool } from './pool.ts'

/** One upstream of one application. */
export interface Peer {
  readonly origin: string
  readonly url: URL
  readonly pool: UpstreamPool
  readonly health: Health
  /** Requests under way. */
  outstanding: number
}

export type Tell = (origin: string, change: Change) => void

/** Chooses among the upstreams of one application. */
export class Balancer {
  readonly peers: readonly Peer[]
  readonly settings: UpstreamSettings
  private readonly tell: Tell
  private turn = 0

  /** @param peers at least one */
  constructor(peers: readonly Peer[], settings: UpstreamSettings, tell: Tell) {
    this.peers = peers
    this.settings = settings
    this.tell = tell
  }

  get several(): boolean {
    return this.peers.length > 1
  }

  /**
   * The upstream for a request; the caller counts it as outstanding. Where all are out, one is asked all the same: it may be well again,
   * and a refusal helps nobody.
   * @param not has just failed: another one, where there is one
   */
  choose(not: Peer | null): Peer {
    const { peers, settings } = this
    const [first] = peers
    if (peers.length === 1 && first !== undefined) return first
    const from = this.turn++ % peers.length
    return (
      this.scan(from, settings.choice, (peer) => peer !== not && !peer.health.out) ??
      this.scan(from, settings.choice, (peer) => peer !== not) ??
      unreachable()
    )
  }

  private scan(from: number, choice: UpstreamSettings['choice'], fits: (peer: Peer) => boolean): Peer | null {
    const { peers } = this
    let best: Peer | null = null
    for (let step = 0; step < peers.length; step++) {
      const peer = peers[(from + step) % peers.length]
      if (peer === undefined || !fits(peer)) continue
      if (choice === 'round-robin') return peer
      if (best === null || peer.outstanding < best.outstanding) best = peer
    }
    return best
  }

  /** @param status of the answer that has begun */
  answered(peer: Peer, status: number): void {
    this.count(peer, status >= 500)
  }

  /** @param stale the upstream ended a connection that had been idle, as it may */
  failed(peer: Peer, kind: UpstreamFailureKind | 'timeout', stale: boolean): void {
    if (kind === 'busy' || stale) return
    if (kind === 'unreachable') this.changed(peer, peer.health.unreachable(this.settings, performance.now()))
    else this.count(peer, true)
  }

  changed({ origin }: Peer, change: Change | null): void {
    if (change !== null) this.tell(origin, change)
  }

  private count(peer: Peer, failed: boolean): void {
    this.changed(peer, peer.health.answered(failed, this.settings, this.canSpare, performance.now()))
  }

  /** At most half of them are out for errors: a request that breaks them all should not stop the application. */
  private readonly canSpare = (): boolean => {
    const out = this.peers.filter(({ health }) => health.out).length
    return out + 1 <= this.peers.length / 2
  }
}

function unreachable(): never {
  throw new Error('An application has no upstream.')
}
