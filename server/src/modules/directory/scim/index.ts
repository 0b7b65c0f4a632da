import type { Route } from '../../../platform/http/route.ts'
import type { ScimTools } from './parts.ts'
import { connectionRoutes } from './routes/connections.ts'
import { discoveryRoutes } from './routes/discovery.ts'
import { scimGroupRoutes } from './routes/groups.ts'
import { userRoutes } from './routes/users.ts'

/** A SCIM 2.0 server (RFC 7643, RFC 7644): people and groups that a directory of elsewhere keeps here. */
export function scimRoutes(deps: ScimTools): Route[] {
  return [...discoveryRoutes(deps), ...userRoutes(deps), ...scimGroupRoutes(deps), ...connectionRoutes(deps)]
}
