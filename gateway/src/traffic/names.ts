import { TRAFFIC_ROUTES_MOST } from '@holdfast/bundle'

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'])
/** Words that developers call a place by. Anything else is one thing among many. */
const WORD = /^(?:\.?[A-Za-z][A-Za-z_.~-]{0,31}\d{0,3}|v\d{1,2}(?:\.\d{1,2})?)$/
const HEX = /^[0-9a-f]{8,}$/i
/** Segments that a route shows. */
const deepest = 5
const longest = 400
const mostRemembered = 2000
/** A route that nobody has asked for so long gives its place to another one. */
const idleMs = 600_000

/** All that has no place of its own. */
export const OTHER = 'other'

export interface Named {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly operation: string | null
  readonly pattern: string | null
}

/** Calls requests by their route, and knows no more routes of an application than are counted apart. */
export class RouteNames {
  /** When each was asked for last. */
  private readonly known = new Map<string, { used: number }>()
  /** By method, then by path: no text is made to look one up. */
  private readonly folded = new Map<string, Map<string, string>>()
  private remembered = 0

  /**
   * @param named `operation` is the document's name for it, `pattern` that of the application's routes
   * @param answered whether the application had something there: names that anybody can make up must not take all places
   * @param now milliseconds
   */
  name({ method, path, operation, pattern }: Named, answered: boolean, now: number): string {
    const name = operation ?? this.fold(method, path, pattern)
    if (name.length > longest) return OTHER
    const known = this.known.get(name)
    if (known !== undefined) {
      known.used = now
      return name
    }
    if (operation === null && !answered) return OTHER
    if (this.known.size >= TRAFFIC_ROUTES_MOST) this.forget(now)
    if (this.known.size >= TRAFFIC_ROUTES_MOST) return OTHER
    this.known.set(name, { used: now })
    return name
  }

  private forget(now: number): void {
    for (const [name, { used }] of this.known) if (now - used > idleMs) this.known.delete(name)
  }

  private fold(method: string, path: string, pattern: string | null): string {
    const known = methods.has(method) ? method : 'OTHER'
    if (pattern !== null) return `${known} ${pattern}`
    const remembered = this.folded.get(known)?.get(path)
    if (remembered !== undefined) return remembered
    const name = `${known} ${foldPath(path)}`
    if (path.length <= 200) this.remember(known, path, name)
    return name
  }

  private remember(method: string, path: string, name: string): void {
    if (this.remembered++ >= mostRemembered) {
      this.folded.clear()
      this.remembered = 1
    }
    // A part of a text keeps all of it in memory, its query too: what is kept is a text of its own.
    const key = Buffer.from(path).toString()
    const byPath = this.folded.get(method)
    if (byPath === undefined) this.folded.set(method, new Map([[key, name]]))
    else byPath.set(key, name)
  }
}

/** The first segments, ids as parameters. */
export function foldPath(path: string): string {
  const segments = path.split('/', deepest + 2).slice(1)
  const shown = segments.slice(0, deepest).map((segment) => (segment === '' || isWord(segment) ? segment : '{id}'))
  return `/${shown.join('/')}${segments.length > deepest ? '/**' : ''}`
}

const isWord = (segment: string): boolean => WORD.test(segment) && !(HEX.test(segment) && /\d/.test(segment))
