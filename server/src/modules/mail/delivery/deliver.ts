import type { Job, JobHandler } from '../../../platform/jobs/jobs.ts'
import { composeLetter } from '../compose-letter.ts'
import type { MailTools } from '../deps.ts'
import { findMail, type MailRow, noteFailure, settleMail } from '../store.ts'

/** Seconds for which nobody knocks again at a server that was not there: one that hangs would hold up every other job. */
const awaySeconds = 5
const longestSeconds = 15 * 60

/** Sends one letter, again and again until the server takes it, refuses it for good, or it is of no use any more. */
export function createDeliver(deps: MailTools): JobHandler {
  const { database, clock, carrier } = deps
  let awayUntil = 0
  return async ({ tenant, payload }: Job) => {
    const id = payload['mail']
    if (tenant === null || typeof id !== 'string') return {}
    const now = clock.now()
    const found = await database.asTenant(
      tenant,
      async (tx) => {
        const mail = await findMail(tx, id)
        return mail?.state === 'waiting' ? { mail, letter: await composeLetter(tx, deps, mail) } : null
      },
      'read',
    )
    if (found === null) return {}
    const { mail, letter } = found
    if (letter === null) return giveUp(deps, tenant, mail, 'erased')
    if (carrier === null) return giveUp(deps, tenant, mail, 'mail_not_configured')
    if (mail.expiresAt <= now) return giveUp(deps, tenant, mail, mail.lastError ?? 'expired')
    if (now.getTime() < awayUntil) return { again: awaySeconds }

    const carried = await carrier.carry({ id, ...letter })
    if (carried.state === 'sent') return settle(deps, tenant, mail)
    if (carried.away) awayUntil = clock.now().getTime() + awaySeconds * 1000
    if (carried.forGood) return giveUp(deps, tenant, mail, carried.code)
    await database.asTenant(tenant, (tx) => noteFailure(tx, id, carried.code))
    return { again: Math.min(2 ** (mail.attempts + 1), longestSeconds) }
  }
}

const system = (tenant: string) => ({
  tenant,
  actor: null,
  source: { address: null, userAgent: null },
  requestId: null,
})

async function settle({ units, clock }: MailTools, tenant: string, mail: MailRow): Promise<object> {
  await units().work(system(tenant), async (tx) => {
    if (!(await settleMail(tx, mail.id, { state: 'sent', error: null, now: clock.now() }))) return
    await tx.record({ kind: 'mail.sent', ...about(mail) })
  })
  return {}
}

/** The letter is tried no longer, and what was in it is gone. */
export async function giveUp(
  { units, clock }: MailTools,
  tenant: string,
  mail: MailRow,
  error: string,
): Promise<object> {
  await units().work(system(tenant), async (tx) => {
    if (!(await settleMail(tx, mail.id, { state: 'given-up', error, now: clock.now() }))) return
    const { data, resource } = about(mail)
    const told = { ...data, attempts: mail.attempts + 1, error }
    await tx.record({ kind: 'mail.given_up', outcome: 'failure', reason: 'mail_given_up', resource, data: told })
  })
  return {}
}

function about({ id, template, person }: MailRow) {
  return { resource: { type: 'Mail', id }, data: { template, ...(person !== null && { person }) } }
}
