/* oxlint-disable no-restricted-globals -- a given time is read and written here; nobody asks what time it is */

/** Milliseconds since 1970 of an RFC 3339 time; NaN for what is none. */
export function millisecondsOf(time: string): number {
  return Date.parse(time)
}

/** RFC 3339 in UTC with milliseconds. @throws RangeError for what no date can be */
export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
