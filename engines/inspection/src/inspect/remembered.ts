import type { Look } from '../api/types.ts'

const LONGEST = 1024

/** Values in which the same detectors have found nothing, up to a bound; then all are forgotten. */
export class Remembered {
  readonly #clean = new Map<Look, Set<string>>()
  readonly #most: number
  #count = 0

  constructor(most: number) {
    this.#most = most
  }

  has(look: Look, value: string): boolean {
    return this.#clean.get(look)?.has(value) === true
  }

  add(look: Look, value: string): void {
    if (value.length > LONGEST || this.#most === 0) return
    if (this.#count >= this.#most) {
      this.#clean.clear()
      this.#count = 0
    }
    const values = this.#clean.get(look) ?? new Set<string>()
    this.#clean.set(look, values.add(value))
    this.#count++
  }
}
