import { compileRoutes } from '../routes.ts'
import type { Protection } from '../settings.ts'
import { methodsOf } from './resource.ts'
import type { RouteMask, RouteRule } from './settings.ts'
import { type Asked, compileTable, type Found } from './table.ts'

type Mode = 'off' | 'report' | 'block'

/** Which route of its application a request is of, and what holds there. */
export interface Place {
  /** Null where no route was looked for, because there is none. */
  readonly asked: Asked | null
  /** Null: no route, or nobody knows which. */
  readonly rule: RouteRule | null
  readonly found: Found
  /** Of what the policies say. */
  readonly mode: Mode
  /** Needs no session. */
  readonly public: boolean
  /** What becomes of a request that no route names. */
  readonly unmatched: 'refuse' | 'pass'
  readonly csrf: Mode
  /** Undefined: as the settings of inspection say. */
  readonly inspection: Mode | undefined
  /** What it takes of limits; null: as each of them says. */
  readonly cost: number | null
  readonly mask: RouteMask | null
}

export interface Places {
  of(request: Placed): Place
}

/** A request as far as its place can be told. */
export interface Placed {
  readonly method: string
  /** As which method a backend may be asked to take it, with commas; or null. */
  readonly methodOverride: string | null
  readonly target: Pick<Asked, 'path' | 'query' | 'readings'>
}

const strictness: readonly Mode[] = ['off', 'report', 'block']
const strictest = (modes: readonly Mode[]): Mode =>
  modes.reduce((one, other) => (strictness.indexOf(other) > strictness.indexOf(one) ? other : one), 'off')

/**
 * Compiles what an application says of its routes.
 * @param publicPaths patterns of paths that need no session
 */
export function compilePlaces(protection: Protection, publicPaths: readonly string[]): Places {
  const { routes, policy, csrf } = protection
  const table = compileTable(routes)
  const open = compileRoutes(publicPaths.map((path) => ({ path })))
  const demanded = strictest(routes.flatMap((rule) => (demands(rule) ? [rule.policy ?? policy.mode] : [])))
  const closing = routes.some((rule) => rule.public === false)
  const demanding = demanded !== 'off'
  const wanted = routes.flatMap(({ inspection }) => (inspection === undefined ? [] : [inspection]))
  // Of a request that may be of one route or another the strictest holds.
  const unclear = {
    mode: demanded,
    csrf: strictest([csrf.mode, ...routes.flatMap((rule) => rule.csrf ?? [])]),
    inspection: wanted.length === 0 ? undefined : strictest([protection.inspection.mode, ...wanted]),
  }
  const elsewhere = {
    rule: null,
    mode: demanding ? policy.mode : ('off' as const),
    unmatched: demanding ? policy.unmatched : ('pass' as const),
    csrf: csrf.mode,
    inspection: undefined,
    cost: null,
    mask: null,
  }
  if (table.size === 0) {
    // One place for all that is public and one for the rest: nothing is made for a request.
    const nowhere = { ...elsewhere, asked: null, found: { kind: 'none' } as const }
    const anybodys: Place = { ...nowhere, public: true }
    const others: Place = { ...nowhere, public: false }
    return { of: ({ method, target }) => (open.surely(method, target.readings) ? anybodys : others) }
  }
  return {
    of: ({ method, target, methodOverride }) => {
      const { path, query, readings } = target
      const methods = methodsOf(method, methodOverride, query)
      const asked: Asked = { methods, path, readings, query }
      const found = table.find(asked)
      if (found.kind !== 'route') {
        const general = open.surely(method, readings)
        if (found.kind === 'none') return { ...elsewhere, asked, found, public: general }
        return { ...elsewhere, ...unclear, asked, found, public: general && !closing }
      }
      const { rule } = found
      const mode = rule.policy ?? policy.mode
      const anybody = rule.public ?? ((mode !== 'block' || !asksWho(rule)) && open.surely(method, readings))
      return {
        asked,
        rule,
        found,
        mode,
        public: anybody,
        unmatched: 'pass',
        csrf: rule.csrf ?? csrf.mode,
        inspection: rule.inspection,
        cost: rule.cost ?? null,
        mask: mode === 'off' ? null : (rule.mask ?? null),
      }
    },
  }
}

const asksWho = ({ action, acr, maxAge }: RouteRule): boolean => (action ?? acr ?? maxAge) !== undefined
const demands = (rule: RouteRule): boolean => asksWho(rule) || rule.mask !== undefined
