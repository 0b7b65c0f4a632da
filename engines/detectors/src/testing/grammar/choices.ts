/** Decisions of a generator, taken from a row of numbers: the same row makes the same text. Behind its end the row begins anew. */
export class Choices {
  readonly #row: readonly number[]
  #at = 0

  constructor(row: readonly number[]) {
    this.#row = row
  }

  /** A whole number from 0 to `below - 1`. */
  number(below: number): number {
    const value = this.#row[this.#at++ % this.#row.length] ?? 0
    return value % below
  }

  one<T>(from: readonly [T, ...T[]]): T {
    return from[this.number(from.length)] ?? from[0]
  }

  /** True once in so many times. */
  chance(times: number): boolean {
    return this.number(times) === 0
  }

  /** Letters in upper or lower case, as it comes. */
  cased(text: string): string {
    if (!this.chance(3)) return text
    return text.replace(/[a-z]/g, (letter) => (this.chance(2) ? letter.toUpperCase() : letter))
  }
}

/** Makes one attack of its kind. */
export type Grammar = (choices: Choices) => string
