import type { Report } from './runner.ts'

/** How many failures are printed; all are counted. */
const PRINTED = 500

/** Counts, prints each failure as it comes, and the summary at the end. */
export class Tally implements Report {
  readonly #print: (line: string) => void
  readonly #skips: Map<string, number> = new Map()
  #passed = 0
  #failed = 0

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  pass(): void {
    this.#passed++
  }

  fail(name: string, detail: string): void {
    this.#failed++
    if (this.#failed <= PRINTED) this.#print(`FAIL ${name}: ${detail}`)
    if (this.#failed === PRINTED) this.#print('... further failures are counted only')
  }

  skip(reason: string, count = 1): void {
    this.#skips.set(reason, (this.#skips.get(reason) ?? 0) + count)
  }

  note(line: string): void {
    this.#print(line)
  }

  /** Prints the skips by reason and, last, the counts. False when something failed, or when nothing was judged at all. */
  finish(): boolean {
    let skipped = 0
    for (const [reason, count] of this.#skips) {
      skipped += count
      this.#print(`SKIP ${count}: ${reason}`)
    }
    this.#print(`${this.#passed} passed, ${this.#failed} failed, ${skipped} skipped`)
    return this.#failed === 0 && this.#passed > 0
  }
}
