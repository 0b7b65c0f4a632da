const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/**
 * How long ago (or ahead) an instant is, in at most nine letters: "now", "12 s ago", "5 min ago", "3 h ago", "4 d ago", "in 7 h";
 * past thirty days the date itself, in the viewer's time zone.
 * @param iso an ISO 8601 instant; anything unreadable is returned as it is
 * @param now milliseconds since the epoch
 */
export function relativeTime(iso: string, now: number, timeZone?: string): string {
  const then = Date.parse(iso)
  if (Number.isNaN(then)) return iso
  const distance = Math.abs(now - then)
  if (distance < 5 * SECOND) return 'now'
  if (distance >= 30 * DAY) return dateOf(then, timeZone)
  const amount =
    distance < MINUTE
      ? `${Math.floor(distance / SECOND)} s`
      : distance < HOUR
        ? `${Math.floor(distance / MINUTE)} min`
        : distance < DAY
          ? `${Math.floor(distance / HOUR)} h`
          : `${Math.floor(distance / DAY)} d`
  return then <= now ? `${amount} ago` : `in ${amount}`
}

/** The instant itself, to the second, in the viewer's time zone and named: "21 Nov 2026, 14:03:22 CET". */
export function absoluteTime(iso: string, timeZone?: string): string {
  const then = Date.parse(iso)
  if (Number.isNaN(then)) return iso
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(then)
}

/** The hour of an instant, for the chart's axis: "14:00". */
export function hourOf(iso: string, timeZone?: string): string {
  const then = Date.parse(iso)
  if (Number.isNaN(then)) return iso
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(then)
}

/** An instant on the axis of a chart or in a list of the last minutes: "14:03:22", "14:03", or "21 Nov 14:03". */
export function clockOf(iso: string, to: 'second' | 'minute' | 'day', timeZone?: string): string {
  const then = Date.parse(iso)
  if (Number.isNaN(then)) return iso
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(to === 'second' ? { second: '2-digit' } : {}),
    ...(to === 'day' ? { day: 'numeric', month: 'short' } : {}),
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(then)
}

function dateOf(then: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(then)
}

/** An instant as a field of the type datetime-local has it, in the viewer's time zone; empty when it is none. */
export function toLocal(iso: string): string {
  const then = Date.parse(iso)
  if (Number.isNaN(then)) return ''
  const date = new Date(then)
  const two = (number: number) => String(number).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** The instant that such a field says, or undefined when it says none. */
export function fromLocal(local: string): string | undefined {
  const then = local === '' ? Number.NaN : new Date(local).getTime()
  return Number.isNaN(then) ? undefined : new Date(then).toISOString()
}

/** Whether a lease seen at `iso` still counts as fresh: a lease lives 15 s, and an edge renews it at least every 10. */
export function isFresh(iso: string | null, now: number): boolean {
  return iso !== null && now - Date.parse(iso) < 30 * SECOND
}
