import { EvaluationError } from '../errors.ts'
import { fromBigInt, type Integer } from '../integer.ts'
import type { Comparable, Composite } from '../value.ts'

/** A length of time: a 64-bit count of milliseconds, possibly negative. */
export class Duration implements Comparable {
  readonly milliseconds: Integer

  constructor(milliseconds: Integer) {
    this.milliseconds = milliseconds
  }

  get typeName(): string {
    return 'a duration'
  }

  equals(other: Composite): boolean {
    return other instanceof Duration && other.milliseconds === this.milliseconds
  }

  key(): string {
    return `u${this.milliseconds}`
  }
}

const FORM = /^(-?)(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?$/
const UNITS = [86_400_000n, 3_600_000n, 60_000n, 1000n, 1n]

/** `duration("-1d2h3m4s5ms")`: units from large to small, each at most once, at least one (RFC 80 of Cedar). */
export function parseDuration(text: string): Duration {
  const match = FORM.exec(text)
  if (match === null || text === '' || text === '-') throw new EvaluationError(`\`${text}\` is not a duration`)
  let total = 0n
  for (let at = 0; at < UNITS.length; at++) {
    const digits = (match[at + 2] ?? '').replace(/^0+/, '')
    // Nineteen digits hold every 64-bit number; a longer one is refused before it is converted.
    if (digits.length > 19) throw new EvaluationError(`\`${text}\` does not fit a duration`)
    total += BigInt(digits === '' ? '0' : digits) * (UNITS[at] ?? 1n)
  }
  const milliseconds = fromBigInt(match[1] === '-' ? -total : total)
  if (milliseconds === undefined) throw new EvaluationError(`\`${text}\` does not fit a duration`)
  return new Duration(milliseconds)
}
