import { compilePath, type PathPattern } from './pattern.ts'
import type { RouteRule } from './settings.ts'

/** A request as far as it says which route it is. */
export interface Asked {
  /** Its method, and all as which a backend may be asked to take it (`X-HTTP-Method-Override`, `_method`). */
  readonly methods: readonly string[]
  /** As it was written, without the query. */
  readonly path: string
  /** All the ways in which a backend may understand the path; none when it cannot be known. */
  readonly readings: readonly string[]
  /** With its question mark, or empty. */
  readonly query: string
}

/** `ambiguous`: two programs would take it for different routes, or for different parameters of one. */
export type Found =
  | { readonly kind: 'route'; readonly rule: RouteRule; readonly index: number; readonly parameters: Parameters }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly why: string }

/** Text of each parameter of the path, decoded once. */
export type Parameters = ReadonlyMap<string, string>

export interface RouteTable {
  readonly size: number
  find(asked: Asked): Found
}

const none: Found = { kind: 'none' }
const unclear = (why: string): Found => ({ kind: 'ambiguous', why })

/**
 * The first route that fits decides, however the backend reads the request: with and without regard to case, with and without a slash at
 * the end, as written and decoded, by its method and by the one that a header puts in its place. Where these differ the request is of no route.
 */
export function compileTable(rules: readonly RouteRule[]): RouteTable {
  const routes = rules.map((rule) => ({ rule, pattern: compilePath(rule.path) }))
  const first = (method: string, path: string): number | null => {
    const at = routes.findIndex(({ rule, pattern }) => takes(rule, method) && pattern.loosely(path))
    // What fits exactly fits loosely: a later route that fits exactly would be another reading.
    return at < 0 || routes[at]?.pattern.exactly(path) === true ? at : null
  }
  return {
    size: routes.length,
    find: ({ methods, path, readings }) => {
      if (routes.length === 0) return none
      if (readings.length === 0) return unclear('The path can be read in more than one way.')
      let found: number | undefined
      for (const method of methods) {
        for (const reading of readings) {
          const at = first(method, reading)
          if (at === null) return unclear('The path is that of a route but for its case, or for the slash at its end.')
          if (found !== undefined && at !== found) return unclear('The request can be taken for one of two routes.')
          found = at
        }
      }
      const route = found === undefined ? undefined : routes[found]
      if (route === undefined || found === undefined) return none
      const parameters = parametersOf(route.pattern, path, readings)
      if (parameters === null) return unclear('A parameter of the path can be read in more than one way.')
      return { kind: 'route', rule: route.rule, index: found, parameters }
    },
  }
}

const takes = ({ method }: RouteRule, asked: string): boolean =>
  method === undefined || method === asked || (method === 'GET' && asked === 'HEAD')

const noParameters: Parameters = new Map()

/** A backend decodes once or not at all; where it could make anything else of the text, nobody knows what it acts on. */
function parametersOf(pattern: PathPattern, path: string, readings: readonly string[]): Parameters | null {
  if (pattern.parameters.length === 0) return noParameters
  const written = pattern.read(path)
  const decoded = written.map(decode)
  for (const reading of readings) {
    if (reading === path) continue
    const read = pattern.read(reading)
    if (read.some((text, at) => text !== written[at] && text !== decoded[at])) return null
  }
  return new Map(pattern.parameters.map((name, at) => [name, decoded[at] ?? '']))
}

function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
