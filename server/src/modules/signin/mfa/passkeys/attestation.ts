import { readFileSync } from 'node:fs'
import type { SigninConfig } from '../../config.ts'
import { webauthn, whenLoaded } from './library.ts'

type Attesting = Pick<SigninConfig['passkeys'], 'attestation' | 'models' | 'roots'>

const formats = ['packed', 'tpm', 'android-key', 'apple', 'fido-u2f', 'android-safetynet'] as const

/**
 * Tells the library whose roots are believed. Where attestation is asked for there are no others: its own (of Apple and
 * Google) are in the list when the operator has put them there.
 * @throws Error for a file that cannot be read
 */
export function believeRoots({ attestation, roots }: Attesting): void {
  if (attestation === 'none') return
  const certificates = roots.map((path) => readFileSync(path, 'utf8'))
  whenLoaded(({ SettingsService }) => {
    for (const identifier of formats) SettingsService.setRootCertificates({ identifier, certificates })
  })
}

/**
 * Whether the model of an authenticator is taken. Called after the statement itself was verified. A statement without a
 * certificate chain is signed by the passkey itself and vouches for no model (WebAuthn level 3, section 6.5.4, "self
 * attestation").
 * @returns what is missing, as the end of a sentence; undefined when it is taken
 */
export async function refusedModel(
  { attestation, models }: Attesting,
  { attestationObject, aaguid }: { readonly attestationObject: string; readonly aaguid: string },
): Promise<string | undefined> {
  if (attestation === 'none') return undefined
  const { helpers } = await webauthn()
  const decoded = helpers.decodeAttestationObject(helpers.isoBase64URL.toBuffer(attestationObject))
  const chain = decoded.get('attStmt').get('x5c')
  if (decoded.get('fmt') === 'none' || chain === undefined || chain.length === 0) {
    return 'the authenticator does not prove which model it is'
  }
  if (models.length > 0 && !models.some((model) => model.toLowerCase() === aaguid)) {
    return 'authenticators of this model are not taken'
  }
  return undefined
}
