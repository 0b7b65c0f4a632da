import { type Accepted, type Outcome, ok, type Refused, refuse } from '../../../platform/outcome.ts'
import type { RecordedEvent } from '../../../platform/ports.ts'
import type { Read, Tx } from '../../../platform/work.ts'
import { directoryErrors } from '../../directory/index.ts'
import { establish, type Landed } from '../flow/establish.ts'
import type { SignInTarget } from '../flow/target.ts'
import type { BrowserSession } from '../sessions/browser.ts'
import { knowsPassword, replacePassword, type SetPasswordDeps } from '../set-password.ts'
import type { SignInDeps } from '../sign-in.ts'
import { passwordErrors } from './errors.ts'
import type { ProvingContext } from './prove.ts'

/**
 * The last step of a sign-in with a password that must be changed: with it, the session counts. The new password is shown as
 * well as the old one was, so that the session gets a new token.
 * @returns where to go; else what setting a password refuses, with its event
 */
export async function changeDuePassword(
  { work, read, source, now }: Omit<ProvingContext, 'tenant'> & { readonly read: Read },
  deps: SignInDeps & SetPasswordDeps,
  { current: session, target }: { readonly current: BrowserSession; readonly target: SignInTarget },
  typed: { readonly current: string; readonly password: string },
): Promise<Accepted<Landed> | (Refused & { readonly eventId: string })> {
  const { tenant, person: id } = session
  const person = await read((tx) => deps.directory.person(tx, id))
  const refused = async (outcome: Refused) => {
    let eventId = ''
    await work(async (tx) => {
      eventId = await asPerson(tx, id).record(refusedEvent(id, outcome))
      return outcome
    })
    return { ...outcome, eventId }
  }
  if (person === null) return refused(refuse(directoryErrors.person_unknown))
  const knows = await knowsPassword(deps, { read, tenant, person, session: null, source, now, current: typed.current })
  if (!knows.ok) return refused(knows)
  // Whoever gave it, or has found it, would know it still.
  if (typed.password.normalize('NFKC') === typed.current.normalize('NFKC')) {
    return refused(refuse(passwordErrors.password_weak, { reason: 'it is the one that you have' }, { reason: 'same' }))
  }
  const about = { tenant, email: person.email, name: person.name, person: id }
  const prepared = await deps.passwords.prepare(typed.password, about)
  if (!prepared.ok) return refused(prepared)
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<Landed>> => {
    const own = asPerson(tx, id)
    const asked = { person: id, stored: knows.value, password: prepared.value, keep: session.id, now }
    const replaced = await replacePassword(own, deps, asked)
    if (!replaced.ok) {
      eventId = await own.record(refusedEvent(id, replaced))
      return replaced
    }
    const current = { ...session, changeDue: false }
    const landed = await establish(own, deps, { person: id, amr: ['pwd'], source, now, current, target })
    eventId = tx.recorded.at(-1)?.id ?? ''
    return landed.ok ? ok(landed.value) : landed
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}

function refusedEvent(id: string, { error }: Refused): RecordedEvent {
  return { kind: 'password.set', outcome: 'refused', resource: { type: 'Person', id }, reason: error.code }
}

/** Nobody is signed in yet for whoever serves the page, and yet it is the person who acts. */
function asPerson(tx: Tx, id: string): Tx {
  return { ...tx, recorded: tx.recorded, record: (event) => tx.record({ actor: { type: 'Person', id }, ...event }) }
}
