import type { GatewayApplication, GatewayBundle } from '@holdfast/bundle'
import {
  compileGuard,
  compilePlaces,
  defaultProtection,
  type Guard,
  type LimitSettings,
  type Places,
  type Protection,
} from '@holdfast/http-guard'
import { InspectionPolicies, type InspectionPolicy } from '@holdfast/sdk/edge/guard'
import { compileRuleExceptions, type ExcludedFor } from '../rules/excepted.ts'
import type { Upstreams } from '../upstream/balancers.ts'
import type { Gate, Gates } from '../policy/gates.ts'

/** An application with what the gateway has made of its bundle. */
export interface Route {
  readonly application: string
  readonly places: Places
  readonly gate: Gate
  readonly limits: GatewayApplication['limits'] & { readonly settings: LimitSettings }
  readonly guard: Guard
  /** Null: nothing is inspected; undefined: what should be cannot be known, and nothing may pass. */
  readonly inspection: InspectionPolicy | null | undefined
  /** What rules of the gateway do not look at in its requests. */
  readonly excluded: ExcludedFor
  /** By which names `aud` of an access token calls it: those that were registered, and the host itself (RFC 9728 section 3.3). */
  readonly audiences: ReadonlySet<string>
}

/** Host as the client names it (lower case, without the port that the scheme implies) -> route. */
export type RouteTable = ReadonlyMap<string, Route>

/**
 * Compiles the gateway bundle. A host that two applications claim goes to neither: which one was meant cannot be known,
 * and the wrong one would get the other's sessions.
 * @param gates what decides for each application
 * @param policies remember what the bundle before had compiled
 */
export function compileRoutes(
  bundle: Pick<GatewayBundle, 'applications'>,
  gates: Pick<Gates, 'of'>,
  policies: InspectionPolicies = new InspectionPolicies(),
): RouteTable {
  const inspections = policies.compile(
    new Map(bundle.applications.map(({ id, protection = defaultProtection }) => [id, inspectionOf(protection)])),
  )
  const table = new Map<string, Route>()
  const contested = new Set<string>()
  for (const application of bundle.applications) {
    const { id, hosts, publicPaths, limits, resources, protection = defaultProtection, rules } = application
    const route = {
      application: id,
      places: compilePlaces(protection, publicPaths),
      gate: gates.of({ id, rules }),
      limits: { ...limits, settings: protection.limits },
      guard: compileGuard(protection),
      inspection: inspections.get(id),
      excluded: compileRuleExceptions(protection.inspection.ruleExceptions, Date.now),
    }
    for (const host of new Set(hosts.map((host) => host.toLowerCase()))) {
      if (table.has(host)) contested.add(host)
      table.set(host, { ...route, audiences: new Set([...resources, `https://${host}`, `http://${host}`]) })
    }
  }
  for (const host of contested) table.delete(host)
  return table
}

/** Where the applications of a bundle run, by their ids. */
export function upstreamsOf({ applications }: Pick<GatewayBundle, 'applications'>): ReadonlyMap<string, Upstreams> {
  return new Map(
    applications.map(({ id, hosts, upstream, furtherUpstreams = [], protection = defaultProtection }) => {
      const origins = [upstream, ...furtherUpstreams].map((url) => new URL(url).origin)
      return [id, { origins, settings: protection.upstreams, host: hosts[0] ?? '' }]
    }),
  )
}

/** Where some route wants it, there must be an inspection: which requests it is for, their places say. */
function inspectionOf({ inspection, routes }: Protection): Protection['inspection'] {
  const wanting = routes.flatMap(({ path, inspection: mode = 'off' }) => (mode === 'off' ? [] : [{ path, mode }]))
  return inspection.mode !== 'off' || wanting.length === 0
    ? inspection
    : { ...inspection, routes: [...inspection.routes, ...wanting] }
}
