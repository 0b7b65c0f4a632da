import type { Route } from '../../../../platform/http/route.ts'
import type { SessionDeps } from '../begin.ts'
import { limitRoutes } from './limits.ts'
import { operatorRoutes } from './operators.ts'
import { ownRoutes } from './own.ts'
import { requireRoutes } from './require.ts'

export const sessionRoutes = (deps: SessionDeps): Route[] => [
  ...operatorRoutes(deps),
  ...ownRoutes(deps),
  ...requireRoutes(deps),
  ...limitRoutes(deps),
]
