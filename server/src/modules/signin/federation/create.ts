import { LRUCache } from 'lru-cache'
import type { JobHandler } from '../../../platform/jobs/jobs.ts'
import type { Control } from '../../../platform/control.ts'
import type { Route } from '../../../platform/http/route.ts'
import { createInvitationColumns } from '../invitations/deps.ts'
import { inviteOperator } from '../invitations/first.ts'
import { invitationRoutes } from '../invitations/routes.ts'
import { createSendRecovery, sendJob } from '../recovery/ask.ts'
import type { SignInDeps } from '../sign-in.ts'
import type { Signin } from '../types.ts'
import { recoveryControls } from '../recovery/controls.ts'
import { createRecoveryColumns, type RecoveryTools } from '../recovery/deps.ts'
import { recoveryRoutes } from '../recovery/routes.ts'
import { accountRoutes } from '../account/index.ts'
import { createFederationColumns } from './columns.ts'
import { federationControls } from './controls.ts'
import { createForget, forgetJob } from './forget.ts'
import { connectionsToJoin } from './offers.ts'
import type { Known } from './provider/oidc.ts'
import { connectionRoutes } from './routes/api.ts'
import { visitRoutes } from './routes/visits.ts'

export interface Joining {
  readonly routes: readonly Route[]
  readonly controls: readonly Control[]
  readonly jobs: Readonly<Record<string, JobHandler>>
  /** kinds of the jobs that recur */
  readonly recurring: readonly string[]
  readonly inviteOperator: Signin['inviteOperator']
}

/** The ways to an account other than a password that one has: upstream providers, invitations, links by mail. */
export function createJoining(given: Omit<RecoveryTools, 'recoveryColumns'> & SignInDeps): Joining {
  const deps = {
    ...given,
    recoveryColumns: createRecoveryColumns(given.keys),
    invitationColumns: createInvitationColumns(given.keys),
    federationColumns: createFederationColumns(given.keys),
    known: new LRUCache<string, Known>({ max: 200 }),
    outbound: { allowPrivate: given.config.federation.allowPrivate ?? given.installation.development },
    offeredTo: connectionsToJoin,
  }
  return {
    routes: [
      ...visitRoutes(deps),
      ...connectionRoutes(deps),
      ...invitationRoutes(deps),
      ...recoveryRoutes(deps),
      ...accountRoutes(deps),
    ],
    controls: [...federationControls, ...recoveryControls],
    jobs: { [sendJob]: createSendRecovery(deps), [forgetJob]: createForget(deps) },
    recurring: [forgetJob],
    inviteOperator: (tx, asked) => inviteOperator(tx, deps, asked),
  }
}
