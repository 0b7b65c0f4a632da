import { secretsShown } from '@holdfast/events'
import { latin1 } from '../read/bytes.ts'
import { LEAK_RULES, LEAK_SET, type LeakClass } from './rules.ts'

export interface Leak {
  readonly class: LeakClass
  readonly by: string
  readonly why: string
}

/** How far what leaks may reach from one chunk into the next, in bytes. */
const OVERLAP = 1024

const WHY: Readonly<Record<LeakClass, string>> = {
  'stack-trace': 'the answer shows where in the source it failed',
  'database-error': 'the answer shows an error of the database',
  'directory-listing': 'the answer lists a directory',
  secret: 'the answer holds a secret',
  card: 'the answer holds a card number',
  banner: 'a header field tells which software answers',
}

/** Looks through an answer as it streams by; of each kind of leak the first is told. */
export class LeakScanner {
  readonly #seen = new Set<string>()
  readonly #candidates = new Uint32Array(LEAK_SET.words)
  #tail = ''

  /** @returns what was not found before */
  chunk(bytes: Uint8Array): readonly Leak[] {
    const text = this.#tail + latin1(bytes)
    this.#tail = text.slice(-OVERLAP)
    const leaks: Leak[] = []
    const found = (kind: LeakClass, by: string): void => {
      if (this.#seen.has(`${kind} ${by}`)) return
      this.#seen.add(`${kind} ${by}`)
      leaks.push({ class: kind, by, why: WHY[kind] })
    }
    LEAK_SET.candidates(text, this.#candidates)
    for (const [n, { class: kind, by, matcher }] of LEAK_RULES.entries()) {
      const isCandidate = ((this.#candidates[n >> 5] ?? 0) & (1 << (n & 31))) !== 0
      if (isCandidate && !this.#seen.has(`${kind} ${by}`) && matcher.test(text)) found(kind, by)
    }
    for (const { kind } of secretsShown(text)) found(kind === 'card' ? 'card' : 'secret', kind)
    return leaks
  }
}
