/** How much work each byte of a value is worth, over all its decodings, contexts and detectors; and what every value gets. */
const PER_BYTE = 256
const BASE = 20_000

/** A bound on work, in bytes read. What runs out of it while its text is still viable as an attack is refused: see `inspect`. */
export class Budget {
  #left: number
  readonly #whole: number

  constructor(steps: number) {
    this.#left = steps
    this.#whole = steps
  }

  /** For a value of so many bytes. */
  static of(length: number): Budget {
    return new Budget(BASE + PER_BYTE * length)
  }

  /** False once more was taken than there was. */
  take(steps: number): boolean {
    this.#left -= steps
    return this.#left >= 0
  }

  get exhausted(): boolean {
    return this.#left < 0
  }

  get spent(): number {
    return this.#whole - this.#left
  }
}
