import type { Route } from '../../../platform/http/route.ts'
import type { AccountTools } from './parts.ts'
import { addFactorRoutes } from './routes/add-factor.ts'
import { connectedRoutes } from './routes/connected.ts'
import { dataRoutes } from './routes/data.ts'
import { passwordRoutes } from './routes/password.ts'
import { profileRoutes } from './routes/profile.ts'
import { securityRoutes } from './routes/security.ts'
import { sessionRoutes } from './routes/sessions.ts'

/** The pages of a person's own account. They work without a script, but for adding a passkey. */
export function accountRoutes(deps: AccountTools): Route[] {
  return [
    ...profileRoutes(deps),
    ...passwordRoutes(deps),
    ...securityRoutes(deps),
    ...addFactorRoutes(deps),
    ...connectedRoutes(deps),
    ...sessionRoutes(deps),
    ...dataRoutes(deps),
  ]
}
