import { renderSVG } from 'uqr'
import { addSeconds } from '../../../../platform/clock.ts'
import { type Outcome, ok, refuse } from '../../../../platform/outcome.ts'
import { uuid } from '../../../../platform/uuid.ts'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../../directory/index.ts'
import { mfaErrors } from '../errors.ts'
import type { MfaTools } from '../parts.ts'
import { lockPerson } from '../recovery/store.ts'
import { fulfilReset } from '../reset.ts'
import { tellChange } from '../tell.ts'
import { base32 } from './base32.ts'
import { beginApp, confirmApp, findBegunApp } from './store.ts'
import { codeDigits, stepOfCode, stepSeconds } from './totp.ts'

/** RFC 4226, section 4, R6: 160 bits. */
const keyBytes = 20
/** How long an enrolment waits for its code. */
const enrolmentSeconds = 900

/** What an authenticator app is given. */
export interface TotpEnrolment {
  readonly id: string
  /** in base32, for who cannot scan */
  readonly secret: string
  /** `otpauth://totp/...`, as authenticator apps read it */
  readonly uri: string
}

/** Begins to set an authenticator app up; one that the person has works on until the new one is confirmed. */
export async function beginTotp(
  tx: Tx,
  { random, mfaColumns, installation }: MfaTools,
  { person, now }: { readonly person: { readonly id: string; readonly email: string }; readonly now: Date },
): Promise<TotpEnrolment> {
  const app = { id: random.id(), key: random.bytes(keyBytes) }
  await beginApp(tx, mfaColumns, { ...app, person: person.id, now })
  const actor = { type: 'Person', id: person.id }
  await tx.record({ kind: 'factor.begun', actor, resource: actor, data: { factor: 'authenticator app' } })
  return described(app, installation.name, person.email)
}

/** The same enrolment again, after a code that was wrong. @returns null when there is none of this id */
export async function begunTotp(
  tx: Reading,
  { mfaColumns, installation }: MfaTools,
  { id, person, now }: { readonly id: string; readonly person: { id: string; email: string }; readonly now: Date },
): Promise<TotpEnrolment | null> {
  if (!uuid.test(id)) return null
  const app = await findBegunApp(tx, mfaColumns, { id, person: person.id, since: addSeconds(now, -enrolmentSeconds) })
  return app && described(app, installation.name, person.email)
}

/** https://github.com/google/google-authenticator/wiki/Key-Uri-Format, in the values that every app takes. */
function described(app: { id: string; key: Uint8Array }, issuer: string, account: string): TotpEnrolment {
  const secret = base32(app.key)
  const query = `secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${codeDigits}&period=${stepSeconds}`
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return { id: app.id, secret, uri: `otpauth://totp/${label}?${query}` }
}

/** The address as a QR code (SVG, without a style of its own). */
export function qrOf(uri: string): string {
  return renderSVG(uri, { border: 2, pixelSize: 4 })
}

/**
 * Completes an enrolment with a code of the app: it has the secret, and its clock is right.
 * @returns nothing; `enrolment_unknown`, `code_refused`
 */
export async function confirmTotp(
  tx: Tx,
  deps: MfaTools,
  {
    id,
    person,
    code,
    now,
  }: { readonly id: string; readonly person: string; readonly code: string; readonly now: Date },
): Promise<Outcome<null>> {
  const since = addSeconds(now, -enrolmentSeconds)
  // Before it is looked for: who sends the same code twice would else have the app removed that was just confirmed.
  await lockPerson(tx, person)
  const app = uuid.test(id) ? await findBegunApp(tx, deps.mfaColumns, { id, person, since }) : null
  if (app === null) return refuse(mfaErrors.enrolment_unknown)
  const step = stepOfCode(app.key, code.replaceAll(/\s/g, ''), now)
  if (step === null) return refuse(mfaErrors.code_refused)
  if (!(await confirmApp(tx, { id, person, step, now }))) return refuse(mfaErrors.enrolment_unknown)
  await fulfilReset(tx, person)
  await tellChange(tx, deps, { kind: 'factor.enrolled', person, factor: 'authenticator app', id })
  return ok(null)
}
