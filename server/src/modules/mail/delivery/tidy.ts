import { addSeconds } from '../../../platform/clock.ts'
import type { JobHandler } from '../../../platform/jobs/jobs.ts'
import type { MailTools } from '../deps.ts'
import { findMail, forgetMails, overdueMails } from '../store.ts'
import { giveUp } from './deliver.ts'

export const tidyJob = 'mail.tidy'

const day = 86_400
const everySeconds = 3600

/** Gives up what its own job lost (it took its worker down too often), and forgets what is old. */
export function createTidy(deps: MailTools): JobHandler {
  const { database, clock } = deps
  return async () => {
    const now = clock.now()
    for (const { id, tenant } of await database.asSystem((tx) => overdueMails(tx, addSeconds(now, -everySeconds)))) {
      const mail = await database.asTenant(tenant, (tx) => findMail(tx, id), 'read')
      if (mail !== undefined) await giveUp(deps, tenant, mail, mail.lastError ?? 'expired')
    }
    await database.asSystem((tx) =>
      forgetMails(tx, { settled: addSeconds(now, -30 * day), kept: addSeconds(now, -7 * day) }),
    )
    return { again: everySeconds }
  }
}
