/** The steps of a JSON Pointer (RFC 6901, section 4). @throws RangeError for what is none */
export function stepsOf(pointer: string): string[] {
  if (pointer === '') return []
  if (!pointer.startsWith('/')) throw new RangeError(`${JSON.stringify(pointer)} is no JSON Pointer.`)
  const steps = pointer.slice(1).split('/')
  return pointer.includes('~') ? steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')) : steps
}

/** The JSON Pointer of steps (RFC 6901, section 3). */
export function pointerOf(steps: readonly string[]): string {
  return steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** What stands at a JSON Pointer; undefined where nothing does. Only members that the value owns count. */
export function valueAt(document: unknown, pointer: string): unknown {
  let value = document
  for (const step of stepsOf(pointer)) {
    if (typeof value !== 'object' || value === null || !has(value, step)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[step]
  }
  return value
}

/**
 * A copy of a document in which other values stand at the given places; what is not on the way to one of them is shared with the original.
 * @throws RangeError when there is nothing at one of the places
 */
export function withValues<T>(document: T, values: Iterable<readonly [pointer: string, value: unknown]>): T {
  let root: unknown = document
  const copied = new Set<unknown>()
  const own = (value: unknown, pointer: string): Record<string, unknown> => {
    if (typeof value !== 'object' || value === null) throw new RangeError(`There is nothing at ${pointer}.`)
    if (copied.has(value)) return value as Record<string, unknown>
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>
    copied.add(copy)
    return copy
  }
  for (const [pointer, value] of values) {
    const steps = stepsOf(pointer)
    const last = steps.pop()
    if (last === undefined) throw new RangeError('The whole document is no field of it.')
    let at = own(root, pointer)
    root = at
    for (const step of steps) at = put(at, step, own(has(at, step) ? at[step] : undefined, pointer))
    if (!has(at, last)) throw new RangeError(`There is nothing at ${pointer}.`)
    put(at, last, value)
  }
  return root as T
}

/** Whether a value has such a member of its own; of an array only its items count (RFC 6901, section 4). */
function has(value: object, step: string): boolean {
  return Object.hasOwn(value, step) && (!Array.isArray(value) || INDEX.test(step))
}

const INDEX = /^(?:0|[1-9]\d*)$/

/** defineProperty: a field called __proto__ stays a field. For all others it costs more than it gives. */
function put<T>(at: Record<string, unknown>, step: string, value: T): T {
  if (step !== '__proto__') at[step] = value
  else Object.defineProperty(at, step, { value, enumerable: true, writable: true, configurable: true })
  return value
}
