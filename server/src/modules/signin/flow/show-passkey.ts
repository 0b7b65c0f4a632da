import { type Accepted, type Outcome, refuse } from '../../../platform/outcome.ts'
import type { Read, Tx } from '../../../platform/work.ts'
import { mfaErrors } from '../mfa/errors.ts'
import { acceptPasskey, factorsOf, provePasskey } from '../mfa/passkeys/authenticate.ts'
import { Assertion } from '../mfa/passkeys/shapes.ts'
import type { RefusedSignIn } from '../passwords/refused.ts'
import type { SignInContext, SignInDeps } from '../sign-in.ts'
import { establish, type Landed } from './establish.ts'

/**
 * Signs in by passkey: it says by itself who comes, and is a password and a second factor at once. In a session that is there
 * it strengthens that one; the passkey of somebody else begins another.
 * @param boundTo the browser's secret, to which the challenge was given
 * @param sent AuthenticationResponseJSON, as text
 * @returns where to go; `passkey_refused`, `sessions_too_many`, each with its event
 */
export async function showPasskey(
  { work, read, source, now, current, target }: Omit<SignInContext, 'tenant'> & { readonly read: Read },
  deps: SignInDeps,
  { boundTo, sent }: { readonly boundTo: string | undefined; readonly sent: string },
): Promise<Accepted<Landed> | RefusedSignIn> {
  const response = readAssertion(sent)
  const proved =
    response === undefined || boundTo === undefined
      ? { ok: false as const, reason: boundTo === undefined ? 'browser_unknown' : 'unreadable', person: null }
      : await provePasskey(read, deps, { response, boundTo, known: current?.person, now })
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<Landed>> => {
    if (!proved.ok) {
      eventId = await recordRefused(tx, proved)
      return refuse(mfaErrors.passkey_refused)
    }
    const { person } = proved.value.passkey
    const active = await deps.directory.signingIn(tx, person)
    const reason = active !== null ? await acceptPasskey(tx, proved.value, now) : 'person_disabled'
    if (reason !== undefined) {
      eventId = await recordRefused(tx, { reason, person })
      return refuse(mfaErrors.passkey_refused)
    }
    const shown = { person, amr: factorsOf(proved.value), ...(active !== null && { known: active }) }
    const landed = await establish(tx, deps, { ...shown, source, now, current, target })
    if (!landed.ok) eventId = tx.recorded.at(-1)?.id ?? ''
    return landed
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}

function readAssertion(sent: string) {
  try {
    return Assertion.safeParse(JSON.parse(sent)).data
  } catch {
    return undefined
  }
}

interface Refusal {
  readonly reason: string
  readonly detail?: string
  readonly person: string | null
}

function recordRefused(tx: Tx, { reason, detail, person }: Refusal): Promise<string> {
  const resource = person === null ? null : { type: 'Person', id: person }
  const data = detail === undefined ? {} : { data: { detail } }
  return tx.record({ kind: 'session.refused', outcome: 'refused', resource, reason, ...data })
}
