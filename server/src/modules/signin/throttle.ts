import { addSeconds } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { emailKey, type Reading } from '../directory/index.ts'
import type { SigninConfig } from './config.ts'
import type { SigninColumns } from './store/columns.ts'
import { isKnownAddress } from './store/sessions.ts'
import { type Brake, countAttempt, forgetAttempts, takeAttemptBack } from './store/throttles.ts'

/** The two brakes on one attempt: guessing one account from everywhere, and guessing every account from one place. */
export interface Attempt {
  /** null from this very machine: that is a proxy in front, and everybody comes from there */
  readonly address: Brake | null
  readonly account: Brake
}

const knownDays = 30

/** Whoever signed in from an address since then is known there. */
export const knownSince = (now: Date): Date => addSeconds(now, -knownDays * 86_400)

/** Asked about where an address is nobody's: the same work is done for it. */
export const nobody = '00000000-0000-0000-0000-000000000000'

export interface Brakes extends Pick<Attempt, 'address'> {
  /** of a person at an address from which they signed in lately, and of everybody else */
  readonly known: Brake
  readonly unknown: Brake
}

type Parts = { readonly config: Pick<SigninConfig, 'throttle'>; readonly columns: SigninColumns }

/**
 * An account's brake holds for everybody who is not at an address from which its person signed in lately; there, a brake of
 * their own does. So whoever keeps guessing keeps strangers out, not the person.
 */
export async function brakesOf(
  tx: Reading,
  { config, columns }: Parts,
  asked: { readonly email: string; readonly address: string | null },
): Promise<Brakes> {
  const address = network(asked.address ?? 'unknown')
  const index = await columns.index(tx)
  const keyOf = (text: string) => index('sign_in_throttles.key', text)
  const account = `account ${emailKey(asked.email)}`
  const { throttle } = config
  const longest = throttle.longestSeconds
  const ofAccount = { free: throttle.accountFree, longest }
  return {
    address: isLoopback(address) ? null : { key: keyOf(`address ${address}`), free: throttle.addressFree, longest },
    known: { key: keyOf(`${account} at ${address}`), ...ofAccount },
    unknown: { key: keyOf(account), ...ofAccount },
  }
}

/** @param person null when nobody has the address: everything is the same for it */
export async function attemptOf(
  tx: Reading,
  parts: Parts,
  asked: { email: string; address: string | null; person: string | null; now: Date },
): Promise<Attempt> {
  const { address, known, unknown } = await brakesOf(tx, parts, asked)
  const about = { person: asked.person ?? nobody, address: asked.address ?? '', since: knownSince(asked.now) }
  return { address, account: (await isKnownAddress(tx, parts.columns, about)) ? known : unknown }
}

/**
 * Counts the attempt, in a transaction of its own: the count stands whatever comes of the attempt, and fifty attempts at
 * once are fifty.
 * @returns 0 when it may be made, else after how many seconds
 */
export function admit(database: Database, tenant: string, { address, account }: Attempt, now: Date): Promise<number> {
  return database.asTenant(
    tenant,
    async (tx) => {
      const wait = address === null ? 0 : await countAttempt(tx, address, now)
      return wait > 0 ? wait : countAttempt(tx, account, now)
    },
    'unsynced',
  )
}

/** The password was right. The address's other attempts stay: they may be another's accounts. */
export async function succeed(tx: Reading, { address, account }: Attempt): Promise<void> {
  if (address !== null) await takeAttemptBack(tx, address.key)
  await forgetAttempts(tx, account.key)
}

/** The password was not looked at. Address first, as when counting: the same order of locks. */
export async function withdraw(tx: Reading, { address, account }: Attempt): Promise<void> {
  if (address !== null) await takeAttemptBack(tx, address.key)
  await takeAttemptBack(tx, account.key)
}

/** Of IPv6 the first 64 bits: the rest is the subscriber's to choose. */
function network(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.toLowerCase().split('%', 1)[0]?.split('::', 2) ?? []
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...zeros, ...right]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

function isLoopback(address: string): boolean {
  return address === '0:0:0:0' || address.startsWith('127.')
}
