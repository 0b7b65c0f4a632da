import { webauthn } from './library.ts'
import { algorithms, userHandleOf } from './options.ts'
import type { AssertionJson, RegistrationJson } from './shapes.ts'
import type { Passkey } from './store.ts'

/** What the browser says that it had signed; not believed yet. @returns undefined for what cannot be read */
export async function clientDataOf(
  encoded: string,
): Promise<{ readonly challenge: string; readonly crossOrigin: boolean } | undefined> {
  const { helpers } = await webauthn()
  try {
    const { challenge, crossOrigin } = helpers.decodeClientDataJSON(encoded)
    return typeof challenge === 'string' ? { challenge, crossOrigin: crossOrigin === true } : undefined
  } catch {
    return undefined
  }
}

/** Who we are, and where a passkey of this tenant may be used. */
export interface Party {
  readonly id: string
  readonly origins: readonly string[]
}

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string }

const wrong = (reason: string): Checked<never> => ({ ok: false, reason: reason.slice(0, 200) })

/**
 * WebAuthn level 3, section 7.1: type, challenge, origin, relying party, presence and verification of the person, algorithm,
 * attestation statement.
 * @param challenge that was issued to this session; whether it was, is for the caller to see
 */
export async function checkRegistration(
  { id, origins }: Party,
  { response, challenge }: { readonly response: RegistrationJson; readonly challenge: string },
) {
  const { crossOrigin } = (await clientDataOf(response.response.clientDataJSON)) ?? {}
  if (crossOrigin !== false) return wrong('from within a foreign frame')
  const { server } = await webauthn()
  try {
    const { verified, registrationInfo } = await server.verifyRegistrationResponse({
      response: {
        id: response.id,
        rawId: response.rawId,
        type: response.type,
        clientExtensionResults: {},
        response: { ...response.response, transports: response.response.transports ?? [] },
      },
      expectedChallenge: challenge,
      expectedOrigin: [...origins],
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    })
    return verified ? { ok: true as const, value: registrationInfo } : wrong('the attestation does not verify')
  } catch (error) {
    return wrong(sentence(error))
  }
}

/**
 * WebAuthn level 3, section 7.2, up to the signature. Who comes is known already (step 6), or the authenticator says it. The
 * counter is for `usePasskey` to look at, after the signature: a
 * counter that nobody has signed says nothing about copies.
 */
export async function checkAssertion(
  { id, origins }: Party,
  {
    response,
    challenge,
    passkey,
    known,
  }: {
    readonly response: AssertionJson
    readonly challenge: string
    readonly passkey: Passkey
    readonly known: string | undefined
  },
): Promise<Checked<{ readonly count: number; readonly backedUp: boolean }>> {
  const { userHandle } = response.response
  const named = userHandle == null ? known === passkey.person : userHandle === handleOf(passkey)
  if (!named) return wrong('it names another person, or nobody')
  const { crossOrigin } = (await clientDataOf(response.response.clientDataJSON)) ?? {}
  if (crossOrigin !== false) return wrong('from within a foreign frame')
  const { server } = await webauthn()
  try {
    const { verified, authenticationInfo } = await server.verifyAuthenticationResponse({
      response: {
        id: response.id,
        rawId: response.rawId,
        type: response.type,
        clientExtensionResults: {},
        response: {
          clientDataJSON: response.response.clientDataJSON,
          authenticatorData: response.response.authenticatorData,
          signature: response.response.signature,
        },
      },
      expectedChallenge: challenge,
      expectedOrigin: [...origins],
      expectedRPID: id,
      requireUserVerification: true,
      credential: {
        id: passkey.credentialId.toString('base64url'),
        publicKey: Uint8Array.from(passkey.publicKey),
        counter: 0,
      },
    })
    if (!verified) return wrong('the signature is not right')
    if ((authenticationInfo.credentialDeviceType === 'multiDevice') !== passkey.backupEligible) {
      return wrong('whether it may be copied has changed')
    }
    return {
      ok: true,
      value: { count: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp },
    }
  } catch (error) {
    return wrong(sentence(error))
  }
}

function handleOf({ person }: Passkey): string {
  return userHandleOf(person).toString('base64url')
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : 'it cannot be read'
}
