import { latencyBucket, type RouteTraffic } from '@holdfast/bundle'

/** What came on one route since it was last told. */
export class RouteCounter {
  private requests = 0
  private readonly status: [number, number, number, number, number] = [0, 0, 0, 0, 0]
  private readonly refused: Record<string, number> = {}
  private reported = 0
  private bytesIn = 0
  private bytesOut = 0
  private readonly own: number[] = []
  private readonly upstream: number[] = []

  /** @param status that the client got; null: none */
  add(status: number | null, { outcome, code, bytesIn, bytesOut, ownMs, upstreamMs }: Counted): void {
    this.requests++
    const kind = status === null ? -1 : Math.trunc(status / 100) - 1
    if (kind >= 0 && kind < 5) this.status[kind as 0]++
    if (outcome === 'refused' && code !== null) this.refused[code] = (this.refused[code] ?? 0) + 1
    if (outcome === 'reported') this.reported++
    this.bytesIn += bytesIn
    this.bytesOut += bytesOut
    count(this.own, ownMs)
    if (upstreamMs !== null) count(this.upstream, upstreamMs)
  }

  told(route: string): RouteTraffic {
    const { requests, status, refused, reported, bytesIn, bytesOut, own, upstream } = this
    return { route, requests, status, refused, reported, bytesIn, bytesOut, own, upstream }
  }
}

export interface Counted {
  readonly outcome: 'passed' | 'refused' | 'reported'
  readonly code: string | null
  readonly bytesIn: number
  readonly bytesOut: number
  /** Milliseconds. */
  readonly ownMs: number
  readonly upstreamMs: number | null
}

function count(histogram: number[], ms: number): void {
  const bucket = latencyBucket(ms)
  while (histogram.length <= bucket) histogram.push(0)
  histogram[bucket] = (histogram[bucket] ?? 0) + 1
}
