/** The names on the way that a JSON Pointer describes (RFC 6901). */
function namesOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** Puts a value where a pointer says, in place. @returns whether there was such a place */
export function putAt(document: unknown, pointer: string, value: unknown): boolean {
  const names = namesOf(pointer)
  const last = names.at(-1)
  let at: unknown = document
  for (const name of names.slice(0, -1)) at = memberOf(at, name)
  if (last === undefined || memberOf(at, last) === undefined) return false
  ;(at as Record<string, unknown>)[last] = value
  return true
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
}
