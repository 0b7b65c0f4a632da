import type { SigninDeps } from '../types.ts'
import { createMfaColumns } from './columns.ts'
import type { MfaTools } from './parts.ts'
import { believeRoots } from './passkeys/attestation.ts'
import { relyingParty } from './passkeys/relying-party.ts'

/** @throws Error with a sentence, for settings of passkeys that do not fit the public URL */
export function createSecondFactors({
  keys,
  installation,
  config,
  places,
}: SigninDeps): Pick<MfaTools, 'mfaColumns' | 'relyingParty'> {
  believeRoots(config.passkeys)
  return {
    mfaColumns: createMfaColumns(keys),
    relyingParty: relyingParty(installation, config.passkeys, (tenant) => places.originsOf(tenant)),
  }
}
