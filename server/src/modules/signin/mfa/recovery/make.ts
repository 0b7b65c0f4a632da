import type { Tx } from '../../../../platform/work.ts'
import type { MfaTools } from '../parts.ts'
import { tellChange } from '../tell.ts'
import { codesAtOnce, hashRecoveryCode, newRecoveryCode } from './code.ts'
import { countRecoveryCodes, replaceRecoveryCodes } from './store.ts'

/** Makes new recovery codes; the old ones are worth nothing from now on. @returns them, to be shown this once */
export async function makeRecoveryCodes(
  tx: Tx,
  deps: MfaTools,
  { person, now }: { readonly person: string; readonly now: Date },
): Promise<readonly string[]> {
  const codes = Array.from({ length: codesAtOnce }, () => newRecoveryCode(deps.random))
  const hashes = codes.map((code) => hashRecoveryCode(person, code))
  await replaceRecoveryCodes(tx, { person, hashes, now })
  await tellChange(tx, deps, { kind: 'factor.enrolled', person, factor: 'recovery codes' })
  return codes
}

/** With the first second factor come recovery codes. @returns null when there are some */
export async function firstRecoveryCodes(
  tx: Tx,
  deps: MfaTools,
  about: { readonly person: string; readonly now: Date },
): Promise<readonly string[] | null> {
  return (await countRecoveryCodes(tx, about.person)) > 0 ? null : makeRecoveryCodes(tx, deps, about)
}
