import type { Tx } from '../../../platform/work.ts'
import type { Route } from '../../../platform/http/route.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { ElevationDeps } from './deps.ts'
import { elevationActRoutes } from './routes/acts.ts'
import { elevationListRoutes } from './routes/elevations.ts'
import { ruleRoutes } from './routes/rules.ts'
import { forgetPrincipal } from './store/rules.ts'

export { elevationControls } from './controls.ts'
export { textsOf } from './deps.ts'
export { elevationErrors } from './errors.ts'
export { elevationEvents } from './events.ts'
export { createExpireJob, expireJob } from './expire.ts'
export { countGlassEver } from './store/elevations.ts'
export { elevationTables } from './tables.ts'

export function elevationRoutes(deps: ElevationDeps): Route[] {
  return [...ruleRoutes(deps), ...elevationListRoutes(deps), ...elevationActRoutes(deps)]
}

/** A person or a group is gone: no rule names them any more. */
export function forgetInRules(tx: Tx, principal: Uid): Promise<void> {
  return forgetPrincipal(tx, principal)
}
