/** How far a process is behind, and which share of requests it should refuse for that. */
export class Shedding {
  private behind = 0

  /** @param delayMs by how much a timer came late */
  observe(delayMs: number): void {
    // One long pause is no load: it counts by a quarter, and is gone after a few looks.
    this.behind += (Math.max(0, delayMs) - this.behind) / 4
  }

  get delayMs(): number {
    return this.behind
  }

  /**
   * None up to `target`, then more the further it is behind, and never all: some must get through to find out that it is better.
   * @param draw uniform in [0, 1)
   */
  refuses(target: number, draw: number): boolean {
    if (this.behind <= target) return false
    return draw < Math.min(0.95, (this.behind - target) / (2 * target))
  }
}
