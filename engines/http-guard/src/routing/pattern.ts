/**
 * Some paths: exact (`/orders`), with parameters (`/orders/{id}`, each a whole segment), with all that lies below (`/files/**`), or all that
 * begin alike (`/products*`).
 */
export interface PathPattern {
  /** Names of its parameters; `**` for what lies below. */
  readonly parameters: readonly string[]
  /** The path is one of these as it is written. */
  exactly(path: string): boolean
  /** It is, or would be for a backend that does not care for case, or for a slash at the end. */
  loosely(path: string): boolean
  /** @returns the text of each parameter, in their order, of a path that fits loosely */
  read(path: string): readonly string[]
}

/** What a pattern may be: `{` and `}` only as a whole segment, `*` only at the end. */
export const PATH_PATTERN: RegExp = /^(?:\/(?:\{[A-Za-z_][A-Za-z0-9_]{0,63}\}|[^{}*/?#\s]*))*(?:\/\*\*|\*)?$/

export function compilePath(pattern: string): PathPattern {
  if (pattern.endsWith('*') && !pattern.endsWith('/**')) return prefixPattern(pattern.slice(0, -1))
  const open = pattern.endsWith('/**')
  const segments = (open ? pattern.slice(0, -3) : pattern).split('/')
  const lower = trimmed(segments.map((segment) => (isParameter(segment) ? segment : segment.toLowerCase())))
  const named = segments.flatMap((segment, at) => (isParameter(segment) ? [{ at, name: segment.slice(1, -1) }] : []))
  return {
    parameters: [...named.map(({ name }) => name), ...(open ? ['**'] : [])],
    exactly: (path) => fits(segments, path.split('/'), open),
    loosely: (path) => fits(lower, trimmed(path.toLowerCase().split('/')), open),
    read: (path) => {
      const own = path.split('/')
      const texts = named.map(({ at }) => own[at] ?? '')
      return open ? [...texts, own.slice(segments.length).join('/')] : texts
    },
  }
}

function prefixPattern(prefix: string): PathPattern {
  const lower = prefix.toLowerCase()
  return {
    parameters: [],
    exactly: (path) => path.startsWith(prefix),
    loosely: (path) => path.toLowerCase().startsWith(lower),
    read: () => [],
  }
}

const isParameter = (segment: string): boolean => segment.startsWith('{')

/** Without the slash at its end; `/` stays what it is. */
function trimmed(segments: readonly string[]): readonly string[] {
  return segments.length > 2 && segments.at(-1) === '' ? segments.slice(0, -1) : segments
}

/** @param open more may follow */
function fits(pattern: readonly string[], path: readonly string[], open: boolean): boolean {
  if (open ? path.length < pattern.length : path.length !== pattern.length) return false
  // An empty segment is no parameter: `/orders/` names no order.
  return pattern.every((segment, at) => (isParameter(segment) ? path[at] !== '' : segment === path[at]))
}
