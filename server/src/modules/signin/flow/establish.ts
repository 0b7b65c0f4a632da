import type { Acr } from '../../../platform/assurance.ts'
import { type Outcome, ok } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Reading, SignedIn } from '../../directory/index.ts'
import { type Factor, type Proofs, proofsOf } from '../assurance.ts'
import { enrolledBy } from '../mfa/standing.ts'
import { beginSession, type SessionDeps } from '../sessions/begin.ts'
import type { BrowserSession } from '../sessions/browser.ts'
import type { Prepared } from '../sessions/room.ts'
import { strengthen } from '../sessions/strengthen.ts'
import { markChangeDue } from '../store/tokens.ts'
import { isThrough, nextStep } from './next.ts'
import { pathOf, type SignInTarget } from './target.ts'

export interface Proven {
  readonly person: string
  /** where they were read in this transaction already, and nothing of them has changed since */
  readonly known?: SignedIn
  /** what they have shown just now */
  readonly amr: readonly Factor[]
  readonly source: Source
  readonly now: Date
  /** of this browser, whole or half done */
  readonly current: BrowserSession | null
  readonly target: SignInTarget
  /** where a new session of theirs was prepared in this transaction already, in place of `current` */
  readonly prepared?: Prepared | undefined
  /** whether the password that was shown must be changed, by what the sign-in demands */
  readonly changeDue?: (demanded: Acr) => boolean
}

/** Where the browser goes, and with what. */
export interface Landed {
  /** Set-Cookie */
  readonly cookie: string
  /** path at this origin: the next step, or where the person wanted to go */
  readonly to: string
}

/**
 * After any factor, by whatever way in: makes the session of it, or strengthens the one that this person has in this browser,
 * and says what comes next. The token is a new one each time, so that a planted one is worth nothing (ASVS 5.0, 7.2.4).
 * What was somebody else's in this browser ends.
 * @returns where to go; `sessions_too_many`, `session_over`
 */
export async function establish(tx: Tx, deps: SessionDeps, proven: Proven): Promise<Outcome<Landed>> {
  const { person, amr, source, now, current, target, known, changeDue: isDue = () => false } = proven
  const same = current?.person === person
  const named = same ? null : (known ?? (await deps.directory.person(tx, person)))
  const signedIn = () => deps.directory.recordSignIn(tx, person, now)
  const begin = { person, amr, source, now, replaces: current?.id, groups: known?.groups, prepared: proven.prepared }
  const session = same
    ? await strengthen(tx, deps, current.id, { amr, source, now })
    : await beginSession(tx, deps, begin, (started) => [
        signedIn,
        () => recordStarted(tx, { person, name: named?.name, amr, ...started }),
      ])
  if (!session.ok) return session
  if (same) await signedIn()
  const { id, cookie, demanded } = session.value
  const proofs = proofsOf(amr, now, same ? current.proofs : {})
  const due = isDue(demanded)
  if (due) await markChangeDue(tx, id)
  const changeDue = due || (same && current.changeDue)
  return ok({ cookie, to: await goOn(tx, deps, { person, proofs, demanded, changeDue }, target) })
}

interface GoingOn {
  readonly person: string
  readonly proofs: Proofs
  readonly demanded: Acr
  readonly changeDue: boolean
}

/**
 * The path of the next step, or that of the target. A password is changed last: who knows one that others know too must not
 * set another before they have shown the rest.
 */
export async function goOn(
  tx: Reading,
  { config }: Pick<SessionDeps, 'config'>,
  { person, proofs, demanded, changeDue }: GoingOn,
  target: SignInTarget,
): Promise<string> {
  if (isThrough(proofs, demanded, target)) return changeDue ? pathOf('/sign-in/password', target) : target.returnTo
  const enrolled = await enrolledBy(tx, person)
  const step = nextStep({ proofs, demanded, enrolled, mailCodes: config.mfa.mailCodes }, target)
  return step === null ? target.returnTo : pathOf(step, target)
}

async function recordStarted(
  tx: Tx,
  started: {
    readonly person: string
    readonly name: string | undefined
    readonly id: string
    readonly amr: readonly Factor[]
    readonly acr: Acr
  },
): Promise<void> {
  const { person, name, id, amr, acr } = started
  await tx.record({
    kind: 'session.started',
    actor: { type: 'Person', id: person, ...(name !== undefined && { name }) },
    resource: { type: 'Session', id },
    data: { amr: [...amr], acr },
  })
}
