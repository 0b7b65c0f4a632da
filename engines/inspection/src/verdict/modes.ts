import type { Mode, RouteMode } from '../types.ts'
import { pathTest } from './paths.ts'

/** @returns the mode for a request: that of the first route that fits */
export function modesOf(
  routes: readonly RouteMode[],
  otherwise: Mode,
): (method: string, path: string, template: string | null) => Mode {
  const compiled = routes.map(({ method, path, mode }) => ({ method, fits: pathTest(path), mode }))
  return (method, path, template) =>
    compiled.find((route) => (route.method ?? method) === method && route.fits(path, template))?.mode ?? otherwise
}
