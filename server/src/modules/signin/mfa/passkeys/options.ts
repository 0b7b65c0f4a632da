import { generateAuthenticationOptions, generateRegistrationOptions } from '@simplewebauthn/server'
import { COSEALG } from '@simplewebauthn/server/helpers'
import type { SigninConfig } from '../../config.ts'
import { challengeSeconds } from './challenge.ts'
import type { RelyingParty } from './relying-party.ts'
import type { Passkey } from './store.ts'

/** EdDSA, ECDSA on P-256, RSA of 2048 bits and more: what authenticators have, and every Node verifies. */
export const algorithms = [COSEALG.EdDSA, COSEALG.ES256, COSEALG.RS256]

const timeout = challengeSeconds * 1000

/** The user handle: the person's id, which tells an authenticator's reader nothing (WebAuthn level 3, section 14.6.1). */
export function userHandleOf(person: string): Buffer {
  return Buffer.from(person.replaceAll('-', ''), 'hex')
}

const described = ({ credentialId, transports }: Passkey) => ({
  id: credentialId.toString('base64url'),
  transports: [...transports],
})

/** PublicKeyCredentialCreationOptionsJSON: a passkey that is found without a name, and asks for a PIN, a finger or a face. */
export function creationOptions(
  relyingParty: RelyingParty,
  given: {
    readonly challenge: string
    readonly person: { readonly id: string; readonly email: string; readonly name: string }
    /** of the person already: one authenticator needs no second */
    readonly known: readonly Passkey[]
    readonly attestation: SigninConfig['passkeys']['attestation']
  },
) {
  const { challenge, person, known, attestation } = given
  return generateRegistrationOptions({
    rpID: relyingParty.id,
    rpName: relyingParty.name,
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    userID: Uint8Array.from(userHandleOf(person.id)),
    userName: person.email,
    userDisplayName: person.name,
    timeout,
    attestationType: attestation,
    excludeCredentials: known.map(described),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  })
}

/** PublicKeyCredentialRequestOptionsJSON. @param among of these only; whichever the browser knows, when there are none */
export function requestOptions(relyingParty: RelyingParty, challenge: string, among: readonly Passkey[]) {
  return generateAuthenticationOptions({
    rpID: relyingParty.id,
    challenge: Uint8Array.from(Buffer.from(challenge, 'base64url')),
    timeout,
    userVerification: 'required',
    allowCredentials: among.map(described),
  })
}
