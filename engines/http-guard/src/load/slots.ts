/** Requests under way at once, by key. Holds only keys that have some. */
export class Slots {
  private readonly under = new Map<string, number>()

  /** @returns whether there was room; then `leave` must follow */
  enter(key: string, most: number): boolean {
    const count = this.under.get(key) ?? 0
    if (count >= most) return false
    this.under.set(key, count + 1)
    return true
  }

  leave(key: string): void {
    const count = (this.under.get(key) ?? 0) - 1
    if (count > 0) this.under.set(key, count)
    else this.under.delete(key)
  }

  get size(): number {
    return this.under.size
  }
}
