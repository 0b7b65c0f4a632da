import type { Clock } from '../../../platform/clock.ts'
import { addSeconds } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import type { JobHandler } from '../../../platform/jobs/jobs.ts'
import { forgetInvitations } from '../invitations/store.ts'
import { forgetLinks } from '../recovery/store.ts'
import { forgetVisits } from './store/visits.ts'

export const forgetJob = 'signin.forget-links'

const day = 86_400

/** Forgets what would not be accepted any more. */
export function createForget({ database, clock }: { readonly database: Database; readonly clock: Clock }): JobHandler {
  return async () => {
    const now = clock.now()
    await database.asSystem(async (tx) => {
      await forgetVisits(tx, addSeconds(now, -3600))
      await forgetLinks(tx, addSeconds(now, -day))
      await forgetInvitations(tx, addSeconds(now, -90 * day))
    })
    return { again: 3600 }
  }
}
