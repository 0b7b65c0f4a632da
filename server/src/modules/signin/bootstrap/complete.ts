import { sql } from 'kysely'
import { type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import { hashSecret, isSecret } from '../../../platform/random.ts'
import type { Read, Tx, Work } from '../../../platform/work.ts'
import { type DirectoryDeps, Email, Name, type PersonRecord, type Reading } from '../../directory/index.ts'
import { signinErrors } from '../errors.ts'
import { establish, type Landed } from '../flow/establish.ts'
import { mfaErrors } from '../mfa/errors.ts'
import { home } from '../return-path.ts'
import type { SignInDeps } from '../sign-in.ts'
import { consumeSetup, findBootstrapBy, tellCompleted } from '../store/bootstraps.ts'

export interface SetupForm {
  readonly token: string
  readonly email: string
  readonly name: string
  readonly password: string
}

export interface SetupContext {
  readonly work: Work
  readonly read: Read
  readonly source: Source
  readonly now: Date
}

/** @returns whether a set-up link may still be used */
export async function isSetupOpen(tx: Reading, token: string, now: Date): Promise<boolean> {
  if (!isSecret(token, 'hfi')) return false
  const row = await findBootstrapBy(tx, 'setup_hash', hashSecret(token))
  return row !== null && row.completedAt === null && row.expiresAt > now
}

/**
 * Enrols the first operator and signs them in, up to the factor that is demanded of operators besides the password. The link is consumed in the transaction that adds the person, so that of
 * fifty who follow it one becomes the operator.
 * @returns where to go; `setup_link_invalid`, `passkeys_unavailable`, `email_invalid`, `name_invalid`, `email_taken`, `password_weak`, `signin_busy`
 */
export async function completeSetup(
  { work, read, source, now }: SetupContext,
  deps: SignInDeps & { readonly passwords: DirectoryDeps['passwords'] },
  form: SetupForm,
): Promise<Outcome<Landed> & { eventId?: string }> {
  if (!(await read((tx) => isSetupOpen(tx, form.token, now)))) {
    return recorded(work, refuse(signinErrors.setup_link_invalid))
  }
  // The link would be used up by somebody who cannot finish: nobody could get in any more.
  if (deps.config.mfa.admins === 'phr' && deps.relyingParty === undefined) {
    return recorded(work, refuse(mfaErrors.passkeys_unavailable))
  }
  const email = Email.safeParse(form.email)
  if (!email.success) return recorded(work, refuse(signinErrors.email_invalid))
  const name = Name.safeParse(form.name)
  if (!name.success) return recorded(work, refuse(signinErrors.name_invalid))
  const prepared = await deps.passwords.prepare(form.password, {
    tenant: await deps.defaultTenant(),
    email: email.data,
    name: name.data,
  })
  if (!prepared.ok) return recorded(work, prepared)

  let eventId: string | undefined
  const outcome = await work(async (tx): Promise<Outcome<Landed>> => {
    const enrolled = await consumeAndEnrol(tx, deps, form.token, { email: email.data, name: name.data }, now)
    if (!enrolled.ok) {
      eventId = await recordRefused(tx, enrolled)
      return enrolled
    }
    const { person, service } = enrolled.value
    await deps.passwords.store(tx, person.id, prepared.value)
    const target = { returnTo: home, acr: null, since: null, hint: '' }
    const landed = await establish(tx, deps, { person: person.id, amr: ['pwd'], source, now, current: null, target })
    if (!landed.ok) throw new Error('nobody has more sessions than they may before the first')
    const actor = { type: 'Person', id: person.id, name: person.name }
    await deps.directory.removeService(tx, service)
    await tx.record({ kind: 'setup.completed', actor, resource: { type: 'Person', id: person.id } })
    await tellCompleted(tx)
    return landed
  })
  return eventId === undefined ? outcome : { ...outcome, eventId }
}

/** A person who cannot be added (the address is taken) leaves the link as it was. */
async function consumeAndEnrol(
  tx: Tx,
  { directory }: Pick<SignInDeps, 'directory'>,
  token: string,
  about: { readonly email: string; readonly name: string },
  now: Date,
): Promise<Outcome<{ person: PersonRecord; service: string }>> {
  await sql`SAVEPOINT setup`.execute(tx.kysely())
  const consumed = await consumeSetup(tx, hashSecret(token), now)
  if (consumed === null) return refuse(signinErrors.setup_link_invalid)
  const enrolled = await directory.enrolOperator(tx, about)
  if (!enrolled.ok) {
    await sql`ROLLBACK TO SAVEPOINT setup`.execute(tx.kysely())
    return enrolled
  }
  return ok({ person: enrolled.value, service: consumed.service })
}

async function recorded(work: Work, refused: Refused): Promise<Refused & { eventId: string }> {
  let eventId = ''
  await work(async (tx) => {
    eventId = await recordRefused(tx, refused)
    return refused
  })
  return { ...refused, eventId }
}

function recordRefused(tx: Tx, { error }: Refused): Promise<string> {
  return tx.record({ kind: 'setup.completed', outcome: 'refused', reason: error.code })
}
