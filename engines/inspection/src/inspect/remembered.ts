/** Values that were found clean, up to a bound; then all are forgotten. */
export class Remembered {
  readonly #clean = new Set<string>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  has(value: string): boolean {
    return this.#clean.has(value)
  }

  add(value: string): void {
    if (value.length > LONGEST || this.#most === 0) return
    if (this.#clean.size >= this.#most) this.#clean.clear()
    this.#clean.add(value)
  }
}

const LONGEST = 1024
