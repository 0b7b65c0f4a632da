import type { Route } from '../../../platform/http/route.ts'
import type { OtlpDeps } from './otlp-receive.ts'
import { routes } from './routes.ts'

export type SourcesDeps = OtlpDeps

/** The ways in: what applications, collectors and scripts record. Gateways and SDKs have their own, in the edge module. */
export function createSources(deps: SourcesDeps): { readonly routes: readonly Route[] } {
  return { routes: routes(deps) }
}
