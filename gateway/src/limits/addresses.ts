import { clientOf, Gcra, type Pace } from '@holdfast/http-guard'

export interface Rate {
  /** Requests per second in the long run. */
  readonly perSecond: number
  /** Requests that may come at once. */
  readonly burst: number
}

/** Bounds that no application has a say in: how often one address may ask this gateway at all. */
export class AddressLimit {
  private readonly gcra: Gcra
  private readonly pace: Pace

  constructor({ perSecond, burst }: Rate, gcra: Gcra) {
    this.gcra = gcra
    this.pace = gcra.pace({ units: perSecond, seconds: 1, burst })
  }

  /**
   * @param now milliseconds of a monotonic clock
   * @returns 0 when the request may pass, otherwise the milliseconds until the next one may
   */
  take(address: string, now: number): number {
    return this.gcra.take(this.pace, clientOf(address), now)
  }
}
