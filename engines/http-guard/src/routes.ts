import { compilePath, type PathPattern } from './routing/pattern.ts'

/** All the ways in which a backend may understand a path; none when it cannot be known. */
export type Readings = readonly string[]

/** Some of an application's operations. */
export interface RoutePattern {
  /** `/orders`, `/orders/{id}`, `/files/**`, or a prefix that ends with `*`. */
  readonly path: string
  /** Upper case; absent means all. */
  readonly methods?: readonly string[] | undefined
}

/** A list of patterns, made ready. */
export interface Routes {
  /** Every reading of the path fits: for what takes a protection away. A path without a reading never does. */
  surely(method: string, readings: Readings): boolean
  /** Some reading may fit: for what adds a protection. A path without a reading always may. */
  perhaps(method: string, readings: Readings): boolean
}

interface Prepared {
  readonly pattern: PathPattern
  readonly methods: ReadonlySet<string> | null
}

export function compileRoutes(patterns: readonly RoutePattern[]): Routes {
  const prepared = patterns.map(
    ({ path, methods }): Prepared => ({
      pattern: compilePath(path),
      methods: methods === undefined ? null : new Set(methods),
    }),
  )
  return {
    surely: (method, readings) =>
      readings.length > 0 &&
      prepared.length > 0 &&
      readings.every((path) =>
        prepared.some(({ pattern, methods }) => covers(methods, method) && pattern.exactly(path)),
      ),
    perhaps: (method, readings) =>
      prepared.some(
        ({ pattern, methods }) =>
          covers(methods, method) && (readings.length === 0 || readings.some((path) => pattern.loosely(path))),
      ),
  }
}

const covers = (methods: ReadonlySet<string> | null, method: string): boolean => methods === null || methods.has(method)
