import type { Outbound } from '../../../platform/outbound/resolve.ts'
import type { SessionDeps } from '../sessions/begin.ts'
import type { InvitationTools } from '../invitations/deps.ts'
import type { FederationColumns } from './columns.ts'
import type { Surroundings } from './provider/oidc.ts'

/** What the use cases of federation work with. */
export type FederationTools = SessionDeps & {
  readonly federationColumns: FederationColumns
  readonly outbound: Outbound
  /** metadata of providers */
  readonly known: Surroundings['known']
  readonly invitationColumns: InvitationTools['invitationColumns']
}
