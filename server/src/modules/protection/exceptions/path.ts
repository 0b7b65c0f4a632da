/** Segments that name one thing among many: numbers, UUIDs, long hexadecimal ones, ULIDs and the like. */
const ID =
  /^(?:\d{1,32}|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}|[0-9A-Fa-f]{16,128}|[0-9A-HJKMNP-TV-Z]{26})$/

/**
 * A path as a pattern: what is an id in it is a parameter, so that what is said of one order holds for all orders.
 * @returns null for a path that a pattern cannot name
 */
export function patternOf(path: string, exact: boolean): string | null {
  // An event tells so much of a path and no more: of a longer one the end is not known.
  if (!/^\/[\x21-\x7a|~]*$/.test(path) || path.includes('*') || path.length >= 512) return null
  if (exact) return path
  let names = 0
  return path
    .split('/')
    .map((segment) => {
      if (!ID.test(segment)) return segment
      names++
      return names === 1 ? '{id}' : `{id${names}}`
    })
    .join('/')
}
