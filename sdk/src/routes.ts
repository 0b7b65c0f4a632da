import { internalsOf, type Holdfast, type HoldfastOptions } from './holdfast.ts'
import { canonicalPath } from './path.ts'
import type { Demands } from './demands.ts'
import type { Principal } from './principal.ts'
import type { RequestLike } from './request.ts'
import type { ResourceEntity } from './resource.ts'

/** What `holdfast()` of every framework takes. */
export interface GuardOptions extends HoldfastOptions {
  /**
   * true (default): every route below needs a principal, and a policy that permits the action `get`, `post` ... on `Route::"/path"`.
   * false: `principal` of the request is set when somebody is signed in, and the handlers decide with `holdfast.require`.
   */
  readonly routes?: boolean
  /** What every request needs, whatever the policies say: `{ scope: 'orders:read' }`, `{ acr: 'aal2' }`. */
  readonly demands?: Demands
  /** One that exists already; the other options of `createHoldfast` are then not read. */
  readonly holdfast?: Holdfast
}

/** A request as an adapter hands it in. */
export interface RoutedRequest extends RequestLike {
  readonly method: string
  /** The path by which the framework routes, percent-encoded, without the query. */
  readonly path: string
}

export interface RouteOptions {
  /** Guard every route (true), or only tell who is there (false). */
  readonly routes: boolean
  /** The framework matches paths without regard to case: policies then see them in lower case. */
  readonly foldCase: boolean
  /** What every request needs, whatever the policies say. */
  readonly demands?: Demands | undefined
}

/**
 * The adapters' common part: authenticates, and with `routes` also requires the method's action on the route.
 * @throws HoldfastError
 */
export async function guard(
  holdfast: Holdfast,
  request: RoutedRequest,
  { routes, foldCase, demands }: RouteOptions,
): Promise<Principal | null> {
  const principal = await holdfast.authenticate(request, { optional: !routes })
  if (routes) {
    const { action, resource } = routeOf(holdfast, request, foldCase)
    holdfast.require(principal, action, resource, undefined, demands)
  } else if (demands !== undefined) holdfast.demand(principal, demands)
  return principal
}

/** `GET /orders/7` is the action `get` on `Route::"/orders/7"`. HEAD is what GET would be without its body, and is decided as it. */
function routeOf(
  holdfast: Holdfast,
  request: RoutedRequest,
  foldCase: boolean,
): { action: string; resource: ResourceEntity } {
  const method = request.method.toLowerCase()
  const action = method === 'head' ? 'get' : method
  const canonical = canonicalPath(request.path)
  if (canonical === null) {
    const { describe, pathAmbiguous } = internalsOf(holdfast)
    throw pathAmbiguous(describe(request))
  }
  const path = foldCase ? canonical.toLowerCase() : canonical
  return { action, resource: { uid: { type: 'Route', id: path }, attrs: { method: action, path }, parents: [] } }
}
