import type { GatewayApplication } from '@holdfast/bundle'
import {
  type Asked,
  compileTable,
  defaultProtection,
  type Found,
  methodsOf,
  type RouteMask,
  type RouteRule,
} from '@holdfast/http-guard'
import type { RequestHead, Target } from '@holdfast/sdk/edge/guard'

export type Mode = 'off' | 'report' | 'block'

/** Which route of its application a request is of, and what holds there. */
export interface Place {
  readonly asked: Asked
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
  of(head: Pick<RequestHead, 'method' | 'target' | 'methodOverride'>): Place
}

const strictness: readonly Mode[] = ['off', 'report', 'block']
const strictest = (modes: readonly Mode[]): Mode =>
  modes.reduce((one, other) => (strictness.indexOf(other) > strictness.indexOf(one) ? other : one), 'off')

/** Compiles what an application says of its routes. */
export function compilePlaces(
  { protection = defaultProtection }: Pick<GatewayApplication, 'protection'>,
  isPublic: (target: Target) => boolean,
): Places {
  const { routes, policy, csrf } = protection
  const table = compileTable(routes)
  const demanding = routes.some((rule) => demands(rule) && (rule.policy ?? policy.mode) !== 'off')
  const wanted = routes.flatMap(({ inspection }) => (inspection === undefined ? [] : [inspection]))
  // Of a request that may be of one route or another the strictest holds.
  const unclear = {
    csrf: strictest([csrf.mode, ...routes.flatMap((rule) => rule.csrf ?? [])]),
    inspection: wanted.length === 0 ? undefined : strictest([protection.inspection.mode, ...wanted]),
  }
  const general = {
    rule: null,
    mode: demanding ? policy.mode : ('off' as const),
    unmatched: demanding ? policy.unmatched : ('pass' as const),
    csrf: csrf.mode,
    inspection: undefined,
    cost: null,
    mask: null,
  }
  return {
    of: ({ method, target, methodOverride }) => {
      const { path, query, readings } = target
      const methods = table.size === 0 ? [method] : methodsOf(method, methodOverride, query)
      const asked: Asked = { methods, path, readings, query }
      const found = table.find(asked)
      if (found.kind !== 'route') {
        const more = found.kind === 'ambiguous' ? unclear : {}
        return { ...general, ...more, asked, found, public: isPublic(target) }
      }
      const { rule } = found
      const mode = rule.policy ?? policy.mode
      const anybody = rule.public ?? ((mode !== 'block' || !asksWho(rule)) && isPublic(target))
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
