import type { Target } from '@holdfast/sdk/edge/guard'

/** Tells whether a path needs no session. */
export type PublicPaths = (target: Target) => boolean

/**
 * Compiles the patterns of an application's `publicPaths`: a pattern is an exact path, or a prefix that ends with `*`
 * (`/products*` is `/products`, `/products/1` and `/products-old`; write `/products/*` for what lies below only).
 * @returns a function that is true only when *every* reading of the path is matched by one of the patterns
 */
export function compilePublicPaths(patterns: readonly string[]): PublicPaths {
  const exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')))
  const prefixes = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1))
  const matches = (path: string): boolean => exact.has(path) || prefixes.some((prefix) => path.startsWith(prefix))
  return ({ readings }) => readings.length > 0 && readings.every(matches)
}
