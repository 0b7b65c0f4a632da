import { type AssuranceDemand, freshSignIn, isEnough } from '../../../platform/assurance.ts'
import { platformErrors } from '../../../platform/errors.ts'
import type { HandlerInput } from '../../../platform/http/route.ts'
import { type Outcome, type Refused, refuse } from '../../../platform/outcome.ts'
import type { Caller, CallerSession } from '../../../platform/ports.ts'
import type { Tx, Work } from '../../../platform/work.ts'
import type { PersonRecord } from '../../directory/index.ts'
import type { AccountTools } from './parts.ts'

export const ownPages =
  'the page looks at the sign-in itself, sends whoever has none to it, and shows nobody but its own person'

export type PageRoute = Pick<HandlerInput<string, object, Caller | null>, 'caller' | 'read' | 'now' | 'request'>

/** The person whose browser asks; every id that a form names is looked for among what is theirs. */
export interface Owner {
  readonly person: PersonRecord
  readonly caller: Caller
  readonly session: CallerSession
  /** whether a change of how one signs in may be made without showing anything again */
  readonly fresh: boolean
  /** whether they have something to do at the console */
  readonly operates: boolean
}

/**
 * Whose page it is: by the session cookie alone, never by a bearer.
 * @returns the owner; where somebody has to go who is nobody's browser, or may not
 */
export async function ownerOf(
  deps: AccountTools,
  { caller, read, now }: PageRoute,
  path: string,
): Promise<Owner | { readonly redirect: string }> {
  const session = caller?.session ?? null
  if (caller === null || session === null || caller.principal.type !== 'Person') return { redirect: signInFor(path) }
  const person = await read((tx) => deps.directory.person(tx, caller.principal.id))
  if (person === null) return { redirect: signInFor(path) }
  return { person, caller, session, fresh: isEnough(session, freshSignIn, now), operates: await operates(deps, caller) }
}

function signInFor(path: string): string {
  return `/sign-in?${new URLSearchParams({ return: path }).toString()}`
}

/** Where more is shown, to come back to the page. */
export function verifyFor(path: string, { acr, maxAge }: AssuranceDemand): string {
  const query = new URLSearchParams({ return: path })
  if (acr !== undefined) query.set('acr', acr)
  if (maxAge !== undefined) query.set('max_age', String(maxAge))
  return `/sign-in/verify?${query.toString()}`
}

/** Whether somebody may do anything at all on the installation: the console is empty for everybody else. */
export async function operates(
  { decide, actions }: Pick<AccountTools, 'decide' | 'actions'>,
  caller: Caller,
): Promise<boolean> {
  for (const action of actions) {
    if ((await decide(caller, action, { type: 'Installation', id: 'installation' })).allowed) return true
  }
  return false
}

/** A policy may take from people what they usually may do with what is theirs. @returns the refusal, where one does */
export async function refusedTo(
  { decide }: Pick<AccountTools, 'decide'>,
  { caller }: Pick<Owner, 'caller'>,
  action: string,
): Promise<Refused | undefined> {
  const verdict = await decide(caller, action, caller.principal)
  return verdict.allowed
    ? undefined
    : refuse(platformErrors.forbidden, { explanation: verdict.explanation }, { action })
}

/** What a form asked for, and the event of it where it was refused: a page is made before the request is over. */
export interface Done<T> {
  readonly outcome: Outcome<T>
  readonly eventId: string | undefined
}

/** Runs a use case with a `work` whose refusal has its event, so that the page can name it. */
export async function act<T>(
  work: Work,
  kind: string,
  { caller }: Pick<Owner, 'caller'>,
  run: (work: Work) => Promise<Outcome<T>>,
): Promise<Done<T>> {
  let eventId: string | undefined
  let used = false
  const told = async <R>(outcome: Outcome<R>, tx: Tx) => {
    if (outcome.ok) return outcome
    if (tx.recorded.length === 0) {
      await tx.record({ kind, outcome: 'refused', resource: caller.principal, reason: outcome.error.code })
    }
    eventId = tx.recorded.at(-1)?.id
    return outcome
  }
  const outcome = await run((inside) => {
    used = true
    return work(async (tx) => told(await inside(tx), tx))
  })
  if (!outcome.ok && !used) await work(async (tx) => told(outcome, tx))
  return { outcome, eventId }
}
