import { addSeconds } from '../../platform/clock.ts'
import type { JobHandler } from '../../platform/jobs/jobs.ts'
import { forgetClaims } from '../../platform/once.ts'
import { forgetRegistrationTokens } from './clients/dynamic/tokens.ts'
import type { OauthConfig } from './config.ts'
import { forgetArtifacts } from './store/artifacts.ts'
import { forgetGrants } from './store/grants.ts'
import { forgetTokens } from './store/tokens.ts'
import type { OauthDeps } from './types.ts'

const everySeconds = 60
const hour = 3_600
const day = 86_400
/** beyond what the settings of sign-ins allow, which is 90 days */
const longestSignIn = 100 * day

/** Forgets what nobody can use any more. Nothing depends on its being on time: whoever looks compares the times. */
export function createExpire({
  database,
  clock,
  config,
}: Pick<OauthDeps, 'database' | 'clock'> & { readonly config: OauthConfig }): JobHandler {
  return async () => {
    const now = clock.now()
    await database.asSystem(async (tx) => {
      await forgetArtifacts(tx, now, addSeconds(now, -config.refreshGraceSeconds))
      await forgetTokens(tx, addSeconds(now, -hour))
      await forgetGrants(tx, addSeconds(now, -day), addSeconds(now, -longestSignIn))
      await forgetRegistrationTokens(tx, addSeconds(now, -day))
      await forgetClaims(tx, addSeconds(now, -hour))
    })
    return { again: everySeconds }
  }
}
