import { timingSafeEqual } from 'node:crypto'
import { addSeconds } from '../../../../platform/clock.ts'
import { claim } from '../../../../platform/once.ts'
import { hashSecret, type Random } from '../../../../platform/random.ts'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../../directory/index.ts'
import type { SigninColumns } from '../../store/columns.ts'

/** How long a ceremony may take, in seconds. */
export const challengeSeconds = 300

const nonceBytes = 32
const timeBytes = 6

/** What a challenge is for, and by whom it may be answered. */
export interface Ceremony {
  readonly kind: 'register' | 'authenticate'
  /** what the browser or the session has that asked: a secret in a cookie, a session's id */
  readonly boundTo: string
}

type Columns = Pick<SigninColumns, 'index'>

/**
 * A challenge that needs no row until it is answered, since anybody may ask for as many as they like: random, with its
 * end, and a keyed hash over both, the ceremony and who asked.
 * @returns in base64url, as WebAuthn has it
 */
export async function issueChallenge(
  tx: Reading,
  { random, columns }: { readonly random: Random; readonly columns: Columns },
  ceremony: Ceremony,
  now: Date,
): Promise<string> {
  const head = Buffer.alloc(nonceBytes + timeBytes)
  head.set(random.bytes(nonceBytes))
  head.writeUIntBE(addSeconds(now, challengeSeconds).getTime(), nonceBytes, timeBytes)
  return Buffer.concat([head, await macOf(tx, columns, ceremony, head)]).toString('base64url')
}

/** Whether it was issued for this ceremony, and its time is not over. Whether it was answered before, `takeChallenge` says. */
export async function isOwnChallenge(
  tx: Reading,
  { columns }: { readonly columns: Columns },
  ceremony: Ceremony,
  { challenge, now }: { readonly challenge: string; readonly now: Date },
): Promise<boolean> {
  const bytes = Buffer.from(challenge, 'base64url')
  const head = bytes.subarray(0, nonceBytes + timeBytes)
  const mac = bytes.subarray(nonceBytes + timeBytes)
  if (bytes.toString('base64url') !== challenge || head.length !== nonceBytes + timeBytes) return false
  const right = await macOf(tx, columns, ceremony, head)
  return (
    mac.length === right.length && timingSafeEqual(mac, right) && head.readUIntBE(nonceBytes, timeBytes) > now.getTime()
  )
}

/** Uses the challenge up, in the transaction of what its answer proves. @returns false when it was answered before */
export function takeChallenge(tx: Tx, challenge: string, now: Date): Promise<boolean> {
  const expiresAt = addSeconds(now, challengeSeconds)
  return claim(tx, { kind: 'webauthn-challenge', key: hashSecret(challenge), expiresAt })
}

async function macOf(tx: Reading, { index }: Columns, { kind, boundTo }: Ceremony, head: Buffer): Promise<Buffer> {
  const keyed = await index(tx)
  return keyed('webauthn-challenge', `${kind} ${hashSecret(boundTo).toString('hex')} ${head.toString('hex')}`)
}
