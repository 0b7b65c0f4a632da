import type { Read, Tx } from '../../../../platform/work.ts'
import type { MfaTools } from '../parts.ts'
import { isOwnChallenge, takeChallenge } from './challenge.ts'
import { checkAssertion, clientDataOf } from './check.ts'
import type { AssertionJson } from './shapes.ts'
import { findPasskey, markCloned, type Passkey, usePasskey } from './store.ts'

/** An assertion whose signature, origin and person are right; what is left is to use it up. */
export interface PasskeyProof {
  readonly passkey: Passkey
  readonly challenge: string
  readonly count: number
  readonly backedUp: boolean
}

export type Proved<T> =
  | { readonly ok: true; readonly value: T }
  /** @param person whose passkey it was, where that is known */
  | { readonly ok: false; readonly reason: string; readonly detail?: string; readonly person: string | null }

/**
 * Before the transaction.
 * @param boundTo the secret of the browser that asked for the challenge
 */
export async function provePasskey(
  read: Read,
  deps: MfaTools,
  asked: {
    readonly response: AssertionJson
    readonly boundTo: string
    /** who is known to sit there; else the authenticator itself must name its person */
    readonly known: string | undefined
    readonly now: Date
  },
): Promise<Proved<PasskeyProof>> {
  const { relyingParty } = deps
  const { response, boundTo, known, now } = asked
  if (relyingParty === undefined) return { ok: false, reason: 'passkeys_unavailable', person: null }
  const challenge = (await clientDataOf(response.response.clientDataJSON))?.challenge ?? ''
  const { own, passkey, tenant } = await read(async (tx) => ({
    tenant: tx.tenant ?? '',
    own: await isOwnChallenge(tx, deps, { kind: 'authenticate', boundTo }, { challenge, now }),
    passkey: await findPasskey(tx, Buffer.from(response.id, 'base64url')),
  }))
  if (passkey === null) return { ok: false, reason: 'passkey_unknown', person: null }
  const about = { ok: false, person: passkey.person } as const
  if (!own) return { ...about, reason: 'challenge_foreign' }
  if (passkey.clonedAt !== null) return { ...about, reason: 'passkey_cloned' }
  const party = { id: relyingParty.id, origins: await relyingParty.originsOf(tenant) }
  const checked = await checkAssertion(party, { response, challenge, passkey, known })
  if (!checked.ok) return { ...about, reason: 'passkey_invalid', detail: checked.reason }
  return { ok: true, value: { passkey, challenge, ...checked.value } }
}

/**
 * Uses an assertion up. A counter that has not gone up tells of a copy: the passkey is given up, and an event says so.
 * @returns why it is refused; undefined when it is accepted
 */
export async function acceptPasskey(
  tx: Tx,
  { passkey, challenge, count, backedUp }: PasskeyProof,
  now: Date,
): Promise<'challenge_replayed' | 'passkey_cloned' | undefined> {
  if (!(await takeChallenge(tx, challenge, now))) return 'challenge_replayed'
  if (await usePasskey(tx, { id: passkey.id, count, backedUp, now })) return undefined
  if (await markCloned(tx, passkey.id, now)) {
    await tx.record({
      kind: 'passkey.cloned',
      outcome: 'refused',
      reason: 'passkey_cloned',
      resource: { type: 'Person', id: passkey.person },
      data: { person: passkey.person, passkey: passkey.id, count, stored: passkey.signCount },
    })
  }
  return 'passkey_cloned'
}

/** RFC 8176, section 2: who is asked for a finger or a PIN, of a key that can or cannot leave its hardware. */
export function factorsOf({ passkey }: PasskeyProof): readonly ['hwk' | 'swk', 'user'] {
  return [passkey.backupEligible ? 'swk' : 'hwk', 'user']
}
