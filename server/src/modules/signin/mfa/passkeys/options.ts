import type { z } from 'zod'
import type { SigninConfig } from '../../config.ts'
import { challengeSeconds } from './challenge.ts'
import type { RelyingParty } from './relying-party.ts'
import type { CreationOptions, RequestOptions } from './shapes.ts'
import type { Passkey } from './store.ts'

/** As IANA's registry of COSE algorithms numbers them. */
const cose = { EdDSA: -8, ES256: -7, RS256: -257 } as const

/** EdDSA, ECDSA on P-256, RSA of 2048 bits and more: what authenticators have, and every Node verifies. */
export const algorithms: number[] = [cose.EdDSA, cose.ES256, cose.RS256]

const timeout = challengeSeconds * 1000

/** The user handle: the person's id, which tells an authenticator's reader nothing (WebAuthn level 3, section 14.6.1). */
export function userHandleOf(person: string): Buffer {
  return Buffer.from(person.replaceAll('-', ''), 'hex')
}

const described = ({ credentialId, transports }: Passkey) => ({
  type: 'public-key' as const,
  id: credentialId.toString('base64url'),
  transports: [...transports],
})

/** A passkey that is found without a name, and asks for a PIN, a finger or a face. */
export function creationOptions(
  relyingParty: RelyingParty,
  given: {
    readonly challenge: string
    readonly person: { readonly id: string; readonly email: string; readonly name: string }
    /** of the person already: one authenticator needs no second */
    readonly known: readonly Passkey[]
    readonly attestation: SigninConfig['passkeys']['attestation']
  },
): z.input<typeof CreationOptions> {
  const { challenge, person, known, attestation } = given
  return {
    rp: { id: relyingParty.id, name: relyingParty.name },
    user: {
      id: userHandleOf(person.id).toString('base64url'),
      name: person.email,
      displayName: person.name,
    },
    challenge,
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout,
    excludeCredentials: known.map(described),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation,
  }
}

/** @param among of these only; whichever the browser knows, when there are none */
export function requestOptions(
  { id }: RelyingParty,
  challenge: string,
  among: readonly Passkey[],
): z.input<typeof RequestOptions> {
  return { challenge, rpId: id, timeout, userVerification: 'required', allowCredentials: among.map(described) }
}
