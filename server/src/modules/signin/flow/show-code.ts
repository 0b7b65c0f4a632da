import { type Accepted, type Outcome, refuse } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import type { Read, Tx, Work } from '../../../platform/work.ts'
import type { Factor } from '../assurance.ts'
import { admitAttempt, brakeOf, forgetMistakes } from '../mfa/brake.ts'
import { mfaErrors } from '../mfa/errors.ts'
import { useMailedCode } from '../mfa/mail-code/code.ts'
import { hashRecoveryCode, readRecoveryCode } from '../mfa/recovery/code.ts'
import { countRecoveryCodes, useRecoveryCode } from '../mfa/recovery/store.ts'
import { findApp, takeStep } from '../mfa/totp/store.ts'
import { stepOfCode } from '../mfa/totp/totp.ts'
import type { RefusedSignIn } from '../passwords/refused.ts'
import type { BrowserSession } from '../sessions/browser.ts'
import type { SignInDeps } from '../sign-in.ts'
import { establish, type Landed } from './establish.ts'
import type { SignInTarget } from './target.ts'

export interface VerifyContext {
  readonly work: Work
  readonly read: Read
  readonly source: Source
  readonly now: Date
  readonly current: BrowserSession
  readonly target: SignInTarget
}

/**
 * A second factor as a code. Its shape says which: six digits of an authenticator app, eight that were sent by e-mail, or a
 * recovery code. Attempts are counted per person, whatever session and address they come from.
 * @returns where to go; `code_refused`, `sign_in_throttled`, `session_over`, each with its event
 */
export async function showCode(
  { work, read, source, now, current, target }: VerifyContext,
  deps: SignInDeps,
  typed: string,
): Promise<Accepted<Landed> | RefusedSignIn> {
  const { person } = current
  const code = typed.replaceAll(/\s/g, '')
  const brake = await brakeOf(read, deps, person, 'codes')
  const slow = await admitAttempt(deps, current.tenant, brake, now)
  let eventId = ''
  const outcome = await work(async (tx): Promise<Outcome<Landed>> => {
    const refused = slow ?? ((await isActive(tx, deps, person)) ? undefined : refuse(mfaErrors.code_refused))
    const shown = refused === undefined ? await useCode(tx, deps, { code, current, now }) : null
    if (shown === null) {
      eventId = await recordRefused(tx, person, slow === undefined ? `${kindOf(code)}_wrong` : 'throttled')
      return refused ?? refuse(mfaErrors.code_refused)
    }
    await forgetMistakes(tx, brake)
    const landed = await establish(tx, deps, { person, amr: [shown], source, now, current, target })
    if (!landed.ok) eventId = tx.recorded.at(-1)?.id ?? ''
    return landed
  })
  return outcome.ok ? outcome : { ...outcome, eventId }
}

function kindOf(code: string): 'totp' | 'mailed_code' | 'recovery_code' {
  if (/^\d{6}$/.test(code)) return 'totp'
  return /^\d{8}$/.test(code) ? 'mailed_code' : 'recovery_code'
}

async function isActive(tx: Tx, { directory }: SignInDeps, person: string): Promise<boolean> {
  return (await directory.groupsOf(tx, { type: 'Person', id: person })) !== undefined
}

/** @returns what it was, used up; null for a code that is not right, or was used before */
async function useCode(
  tx: Tx,
  deps: SignInDeps,
  { code, current, now }: { readonly code: string; readonly current: BrowserSession; readonly now: Date },
): Promise<Factor | null> {
  const { person, id: session } = current
  const kind = kindOf(code)
  if (kind === 'totp') {
    const app = await findApp(tx, deps.mfaColumns, person)
    const step = app && stepOfCode(app.key, code, now)
    return app !== null && step !== null && (await takeStep(tx, { id: app.id, step, now })) ? 'otp' : null
  }
  if (kind === 'mailed_code') {
    return deps.config.mfa.mailCodes && (await useMailedCode(tx, deps, { session, code, now })) ? 'mail' : null
  }
  if (readRecoveryCode(code) === undefined) return null
  if (!(await useRecoveryCode(tx, hashRecoveryCode(person, code), now))) return null
  const left = await countRecoveryCodes(tx, person)
  const actor = { type: 'Person', id: person }
  await tx.record({ kind: 'recovery_code.used', actor, resource: actor, data: { person, left } })
  await deps.mail.send(tx, { to: { person }, template: 'recovery-code-used', values: { left } })
  return 'rec'
}

function recordRefused(tx: Tx, person: string, reason: string): Promise<string> {
  const resource = { type: 'Person', id: person }
  return tx.record({ kind: 'factor.refused', outcome: 'refused', resource, reason, data: { person } })
}
