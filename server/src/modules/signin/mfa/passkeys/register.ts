import { type Outcome, ok, refuse } from '../../../../platform/outcome.ts'
import type { Read, Tx } from '../../../../platform/work.ts'
import { mfaErrors } from '../errors.ts'
import type { MfaTools } from '../parts.ts'
import { fulfilReset } from '../reset.ts'
import { lockPerson } from '../recovery/store.ts'
import { tellChange } from '../tell.ts'
import { refusedModel } from './attestation.ts'
import { challengeSeconds, isOwnChallenge, issueChallenge, takeChallenge } from './challenge.ts'
import { checkRegistration, clientDataOf } from './check.ts'
import { creationOptions } from './options.ts'
import type { RegistrationJson } from './shapes.ts'
import { insertPasskey, type NewPasskey, passkeysOf } from './store.ts'

/** More than anybody has; each is looked at when one is registered. */
const mostPasskeys = 20

interface Registering {
  readonly person: { readonly id: string; readonly email: string; readonly name: string }
  /** the session's id: another session cannot complete what this one began */
  readonly session: string
  readonly now: Date
}

/** @returns PublicKeyCredentialCreationOptionsJSON; `passkeys_unavailable`, `factor_limit` */
export async function beginRegistration(
  read: Read,
  deps: MfaTools,
  { person, session, now }: Registering,
): Promise<Outcome<ReturnType<typeof creationOptions>>> {
  const { relyingParty, config } = deps
  if (relyingParty === undefined) return refuse(mfaErrors.passkeys_unavailable)
  const { challenge, known } = await read(async (tx) => ({
    challenge: await issueChallenge(tx, deps, ceremonyOf(person.id, session), now),
    known: await passkeysOf(tx, person.id),
  }))
  if (known.length >= mostPasskeys) return refuse(mfaErrors.factor_limit, { most: mostPasskeys })
  return ok(creationOptions(relyingParty, { challenge, person, known, attestation: config.passkeys.attestation }))
}

function ceremonyOf(person: string, session: string) {
  return { kind: 'register', boundTo: `${person} ${session}` } as const
}

/** A registration whose signature and origin are right; what is left is to use its challenge up and write it. */
export interface CheckedRegistration {
  readonly passkey: NewPasskey
  readonly challenge: string
}

/** Before the transaction. @returns `passkeys_unavailable`, `passkey_invalid` */
export async function proveRegistration(
  read: Read,
  deps: MfaTools,
  { person, session, now }: Registering,
  { name, response }: { readonly name: string; readonly response: RegistrationJson },
): Promise<Outcome<CheckedRegistration>> {
  const { relyingParty, config } = deps
  if (relyingParty === undefined) return refuse(mfaErrors.passkeys_unavailable)
  const challenge = (await clientDataOf(response.response.clientDataJSON))?.challenge ?? ''
  const { own, tenant } = await read(async (tx) => ({
    tenant: tx.tenant ?? '',
    own: await isOwnChallenge(tx, deps, ceremonyOf(person.id, session), { challenge, now }),
  }))
  if (!own) return invalid(`it was not begun in this session, or more than ${challengeSeconds / 60} minutes ago`)
  const party = { id: relyingParty.id, origins: await relyingParty.originsOf(tenant) }
  const checked = await checkRegistration(party, { response, challenge })
  if (!checked.ok) return invalid(checked.reason)
  const { credential, aaguid, fmt, credentialDeviceType, credentialBackedUp } = checked.value
  const refusedFor = await refusedModel(config.passkeys, {
    attestationObject: response.response.attestationObject,
    aaguid,
  })
  if (refusedFor !== undefined) return invalid(refusedFor)
  const passkey = {
    id: deps.random.id(),
    person: person.id,
    credentialId: Buffer.from(credential.id, 'base64url'),
    publicKey: Buffer.from(credential.publicKey),
    signCount: credential.counter,
    name,
    aaguid,
    attestation: fmt,
    transports: response.response.transports ?? [],
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
    registeredAt: now,
  }
  return ok({ passkey, challenge })
}

/** @returns nothing; `passkey_invalid` for a challenge that was used, or a credential that is registered already; `factor_limit` */
export async function addPasskey(
  tx: Tx,
  deps: MfaTools,
  { passkey, challenge }: CheckedRegistration,
  now: Date,
): Promise<Outcome<null>> {
  if (!(await takeChallenge(tx, challenge, now))) return invalid('this registration was completed already')
  // Many may have been begun while there was room for one.
  await lockPerson(tx, passkey.person)
  if ((await passkeysOf(tx, passkey.person)).length >= mostPasskeys) {
    return refuse(mfaErrors.factor_limit, { most: mostPasskeys })
  }
  if (!(await insertPasskey(tx, deps.mfaColumns, passkey))) return invalid('this passkey is registered already')
  const { id, person, aaguid, attestation, backedUp } = passkey
  await fulfilReset(tx, person)
  const data = { model: aaguid, attestation, backedUp }
  await tellChange(tx, deps, { kind: 'factor.enrolled', person, factor: 'passkey', id, data })
  return ok(null)
}

const invalid = (reason: string) => refuse(mfaErrors.passkey_invalid, { reason })
