import { EvaluationError } from '../errors.ts'
import type { Integer } from '../integer.ts'
import type { Comparable, Composite } from '../value.ts'
import { dateFromDays, daysFromDate, daysInMonth } from './calendar.ts'

const DAY = 86_400_000

/** An instant: a 64-bit count of milliseconds since 1970-01-01T00:00:00Z. */
export class Datetime implements Comparable {
  readonly milliseconds: Integer

  constructor(milliseconds: Integer) {
    this.milliseconds = milliseconds
  }

  get typeName(): string {
    return 'a datetime'
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
  const part = (at: number) => Number(match[at] ?? 0)
  const [year, month, day] = [part(1), part(2), part(3)]
  if (day < 1 || day > daysInMonth(year, month)) throw new EvaluationError(`\`${text}\` is not a day of the calendar`)
  const [hour, minute, second] = [part(4), part(5), part(6)]
  if (hour > 23 || minute > 59 || second > 59) throw new EvaluationError(`\`${text}\` is not a time of the day`)
  const offset = parseOffset(text, match[8], match[9], match[10])
  return new Datetime(
    daysFromDate(year, month, day) * DAY + ((hour * 60 + minute) * 60 + second) * 1000 + part(7) - offset,
  )
}

function parseOffset(text: string, sign = '+', hours = '0', minutes = '0'): number {
  if (Number(hours) > 23 || Number(minutes) > 59) throw new EvaluationError(`\`${text}\` has no valid offset`)
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000
  return sign === '-' ? -offset : offset
}

/** The instant as RFC 3339 text in UTC, or its milliseconds when it lies outside the years 0000 to 9999. */
export function formatDatetime({ milliseconds }: Datetime): string {
  const days = Math.floor(Number(milliseconds) / DAY)
  const { year, month, day } = dateFromDays(days)
  if (typeof milliseconds === 'bigint' || year < 0 || year > 9999) return `${milliseconds} ms`
  const time = milliseconds - days * DAY
  const pad = (value: number, length = 2) => String(Math.floor(value)).padStart(length, '0')
  const clock = [time / 3_600_000, (time / 60_000) % 60, (time / 1000) % 60].map((part) => pad(part)).join(':')
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}T${clock}.${pad(time % 1000, 3)}Z`
}
