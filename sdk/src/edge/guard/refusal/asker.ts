import type { Reference } from '@holdfast/events'

/** Who asked for what: what a refusal's event says of the request. Filled in as far as the request has been understood. */
export interface Asker {
  readonly address: string
  readonly method: string | null
  /** Without its query. */
  readonly path: string | null
  /** Names of the query's parameters; their values may be secrets. */
  readonly queryNames: readonly string[]
  readonly host: string | null
  readonly userAgent: string | null
  /** Slug of the application, or null when the host is none's. */
  readonly application: string | null
  readonly actor: Reference | null
}

const mostNames = 20

/** Splits a target as it was sent into its path and the names of its parameters. */
export function describeTarget(url: string): Pick<Asker, 'path' | 'queryNames'> {
  const mark = url.search(/[?#]/)
  if (mark < 0) return { path: url.slice(0, 512), queryNames: [] }
  const names = url
    .slice(mark + 1, mark + 2048)
    .split('&', mostNames)
    .map((pair) => pair.split('=', 1)[0] ?? '')
    .filter((name) => name !== '')
    .map((name) => name.slice(0, 64))
  return { path: url.slice(0, Math.min(mark, 512)), queryNames: names }
}
