import { addSeconds } from '../../../platform/clock.ts'
import type { JobHandler } from '../../../platform/jobs/jobs.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import { hashSecret, newSecret } from '../../../platform/random.ts'
import type { Read, Tx, Work } from '../../../platform/work.ts'
import { emailKey } from '../../directory/index.ts'
import { signinErrors } from '../errors.ts'
import { home } from '../return-path.ts'
import { countAttempt } from '../store/throttles.ts'
import { attemptOf } from '../throttle.ts'
import type { RecoveryTools } from './deps.ts'
import { insertLink, insertRequest, takeRequest } from './store.ts'

export const sendJob = 'recovery.send'
export const recoveryMinutes = 30

/** Letters for one account before each must wait, whoever asks. */
const freeLetters = 3

/**
 * Somebody asks to recover an account. Whether there is one is not looked up here, so that neither the answer nor its time
 * can tell; a job does that.
 * @returns nothing; `sign_in_throttled` by the address that it comes from, or the account that was asked for
 */
export async function askRecovery(
  {
    read,
    work,
    source,
    now,
  }: { readonly read: Read; readonly work: Work; readonly source: Source; readonly now: Date },
  deps: RecoveryTools,
  { email: typed, returnTo }: { readonly email: string; readonly returnTo: string },
): Promise<Outcome<null> & { eventId?: string }> {
  const email = /\p{C}/u.test(typed) ? '' : typed.trim().slice(0, 254)
  const { tenant, address, account } = await read(async (tx) => {
    const { address } = await attemptOf(tx, deps, { email, address: source.address, person: null, now })
    const index = await deps.columns.index(tx)
    const key = index('sign_in_throttles.key', `recovery ${emailKey(email)}`)
    return {
      tenant: tx.tenant ?? '',
      address,
      account: { key, free: freeLetters, longest: deps.config.throttle.longestSeconds },
    }
  })
  const seconds = await deps.database.asTenant(
    tenant,
    async (tx) => {
      const wait = address === null ? 0 : await countAttempt(tx, address, now)
      return wait > 0 ? wait : countAttempt(tx, account, now)
    },
    'unsynced',
  )
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<null>> => {
    if (seconds > 0) {
      eventId = await tx.record({ kind: 'recovery.asked', outcome: 'refused', reason: 'throttled' })
      return refuse(signinErrors.sign_in_throttled, { seconds }, {}, { headers: { 'retry-after': String(seconds) } })
    }
    const id = deps.random.id()
    await insertRequest(tx, { id, email: await deps.recoveryColumns.asked.close(tx, id, email), returnTo, now })
    await deps.jobs.enqueue(tx, { kind: sendJob, payload: { request: id } })
    await tx.record({ kind: 'recovery.asked' })
    return ok(null)
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}

/** Looks whose the address is, and mails them a link. */
export function createSendRecovery(deps: RecoveryTools): JobHandler {
  return async ({ tenant, payload }) => {
    const id = payload['request']
    if (tenant === null || typeof id !== 'string') return {}
    const nobody = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
    await deps.units.work(nobody, (tx) => sendRecovery(tx, deps, id))
    return {}
  }
}

async function sendRecovery(tx: Tx, deps: RecoveryTools, id: string): Promise<void> {
  const request = await takeRequest(tx, id)
  const email = request && (await deps.recoveryColumns.asked.open(tx, id, request.email))
  if (request === null || email === null) return
  const person = email === '' ? null : await deps.directory.personByEmail(tx, email)
  if (person?.state !== 'active') {
    const reason = person === null ? 'person_unknown' : 'person_disabled'
    const resource = person === null ? null : { type: 'Person', id: person.id }
    await tx.record({ kind: 'recovery.unsent', outcome: 'refused', reason, resource })
    return
  }
  const asked = { person: person.id, email, returnTo: request.returnTo, now: deps.clock.now() }
  await mailRecovery(tx, deps, asked)
  await tx.record({ kind: 'recovery.sent', resource: { type: 'Person', id: person.id } })
}

/** Mails somebody a link by which they choose another password; it replaces the one before. */
export async function mailRecovery(
  tx: Tx,
  deps: RecoveryTools,
  {
    person,
    email,
    returnTo,
    now,
  }: { readonly person: string; readonly email: string; readonly returnTo: string; readonly now: Date },
): Promise<void> {
  const token = newSecret(deps.random, 'hfl')
  const expiresAt = addSeconds(now, recoveryMinutes * 60)
  const sentTo = await addressKey(tx, deps, email)
  await insertLink(tx, { tokenHash: hashSecret(token), kind: 'recovery', person, email: null, sentTo, now, expiresAt })
  const back = returnTo === home ? '' : `&${new URLSearchParams({ return: returnTo }).toString()}`
  const link = `${deps.installation.publicUrl}/recover/new?token=${token}${back}`
  const values = { link, minutes: recoveryMinutes }
  await deps.mail.send(tx, { to: { person }, template: 'recovery', values, expiresAt })
}

/** By which it is seen later that the person still has the address to which a link was sent. */
export async function addressKey(
  tx: Pick<Tx, 'tenant' | 'kysely'>,
  { columns }: Pick<RecoveryTools, 'columns'>,
  email: string,
): Promise<Buffer> {
  return (await columns.index(tx))('mailed_links.sent_to', emailKey(email))
}
