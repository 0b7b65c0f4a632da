import { EvaluationError } from '../errors.ts'
import type { Integer } from '../integer.ts'
import type { Comparable, Composite } from '../value.ts'

/** An instant: a 64-bit count of milliseconds since 1970-01-01T00:00:00Z. */
export class Datetime implements Comparable {
  readonly milliseconds: Integer

  constructor(milliseconds: Integer) {
    this.milliseconds = milliseconds
  }

  get typeName(): string {
    return 'datetime'
  }

  equals(other: Composite): boolean {
    return other instanceof Datetime && other.milliseconds === this.milliseconds
  }

  key(): string {
    return `t${this.milliseconds}`
  }
}

const FORM =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?(?:Z|([+-])([0-9]{2})([0-9]{2})))?$/

/**
 * `datetime("2024-10-15")`, `datetime("2024-10-15T11:35:00Z")`, `...T11:35:00.000Z`, `...T11:35:00+0100`: the five forms of Cedar's RFC 80.
 * No leap seconds, offsets below 24 hours.
 */
export function parseDatetime(text: string): Datetime {
  const match = FORM.exec(text)
  if (match === null) throw new EvaluationError(`\`${text}\` is not a datetime`)
  const [year, month, day, hour, minute, second, millisecond] = match.slice(1, 8).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  // A day that the month does not have would roll over into the next one.
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) {
    throw new EvaluationError(`\`${text}\` is not a day of the calendar`)
  }
  if (hour > 23 || minute > 59 || second > 59) throw new EvaluationError(`\`${text}\` is not a time of the day`)
  const offset = parseOffset(text, match[8], match[9], match[10])
  return new Datetime(date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond - offset)
}

function parseOffset(text: string, sign = '+', hours = '0', minutes = '0'): number {
  if (Number(hours) > 23 || Number(minutes) > 59) throw new EvaluationError(`\`${text}\` has no valid offset`)
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000
  return sign === '-' ? -offset : offset
}
