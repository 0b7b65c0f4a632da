import type { Route } from '../../../platform/http/route.ts'
import type { SessionDeps } from './begin.ts'
import { limitRoutes } from './limit-routes.ts'
import { operatorRoutes } from './operator-routes.ts'
import { ownRoutes } from './own-routes.ts'
import { requireRoutes } from './require-routes.ts'

export const sessionRoutes = (deps: SessionDeps): Route[] => [
  ...operatorRoutes(deps),
  ...ownRoutes(deps),
  ...requireRoutes(deps),
  ...limitRoutes(deps),
]
