import { scrubText } from '@holdfast/events'
import { describeTarget } from '@holdfast/sdk/edge/guard'

/** What may be a secret in a path: a link that resets a password holds one. */
const TOKEN = /^(?=.*\d)(?=.*[A-Za-z])[\w.~%=-]{20,}$/
const UUID = /^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/

/** A target as the live view shows it: names of the query without their values, nothing that looks like a secret. */
export function shownPath(target: string): string {
  const { path, queryNames } = describeTarget(target)
  const shown = (path ?? '')
    .split('/')
    .map((segment) => (TOKEN.test(segment) && !UUID.test(segment) ? '{…}' : segment))
    .join('/')
  const query = queryNames.length === 0 ? '' : `?${queryNames.join('&')}`
  return scrubText(`${shown}${query}`)
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, 1000)
}
