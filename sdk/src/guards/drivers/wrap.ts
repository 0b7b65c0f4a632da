type Method = (this: unknown, ...args: unknown[]) => unknown

const wrapped = new WeakMap<object, Set<string>>()

/**
 * Puts a method of one object before its own, once: whoever has the object has the guard, and no other object has.
 * @param by is given what was there
 */
export function wrap(target: object, name: string, by: (original: Method) => Method): void {
  const original: unknown = Reflect.get(target, name)
  if (typeof original !== 'function') return
  const names = wrapped.get(target) ?? new Set()
  if (names.has(name)) throw new TypeError('This database is guarded already.')
  wrapped.set(target, names.add(name))
  const value = by(original as Method)
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false })
}

export function isWrapped(target: object): boolean {
  return wrapped.has(target)
}

export function isObject(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Tells of a refusal as the call would tell of an error of its own: to its callback; else `otherwise`. */
export function refuse(args: readonly unknown[], error: unknown, otherwise: (error: unknown) => unknown): unknown {
  const callback = args.findLast((argument) => typeof argument === 'function') as ((error: unknown) => void) | undefined
  if (callback === undefined) return otherwise(error)
  process.nextTick(callback, error)
  return undefined
}
