import { createDataKey, type DataKey } from '@holdfast/envelope'
import { addSeconds, type Clock } from '../../platform/clock.ts'
import type { Database, Transaction } from '../../platform/database/database.ts'
import type { Random } from '../../platform/random.ts'
import type { Rewrap, RootKey } from './seal/root.ts'
import { insertKek, replaceWrapped, selectLiveKeks } from './store/key-encryption-keys.ts'
import { unwrapKek, wrapKek } from './wrapped.ts'

type Reading = Pick<Transaction, 'kysely'>

/** The live key-encryption keys: the current one, and those whose data keys are not all wrapped anew yet. */
export interface LiveKeks {
  readonly current: DataKey
  get(id: string): DataKey | undefined
}

export interface KeyEncryptionKeys {
  /** From memory, or read in this transaction; the first of all is made here. @param needed ids that must be among them */
  live(tx: Reading, needed?: readonly string[]): Promise<LiveKeks>
  /** Somebody changed them: the next one who asks reads them again. */
  purge(): void
  /** This transaction changes them: what it reads from now on is not for others, since it may still roll back. */
  changing(tx: Reading): void
}

export interface KekDeps {
  readonly database: Pick<Database, 'aside'>
  readonly root: RootKey
  readonly clock: Clock
  readonly random: Random
  readonly seconds: number
}

export function createKeyEncryptionKeys({ database, root, clock, random, seconds }: KekDeps): KeyEncryptionKeys {
  let known: { readonly keks: LiveKeks; readonly until: Date } | undefined
  let generation = 0
  let begun = false
  const changed = new WeakSet<object>()

  async function read(tx: Reading): Promise<LiveKeks | undefined> {
    const inForce = await root.inForce(tx)
    let current: DataKey | undefined
    const keys = new Map<string, DataKey>()
    for (const { id, state, wrapped } of await selectLiveKeks(tx)) {
      if (wrapped === null) continue
      const key = unwrapKek(inForce, id, wrapped)
      keys.set(id, key)
      if (state === 'current') current = key
    }
    return current === undefined ? undefined : { current, get: (id) => keys.get(id) }
  }

  /** By itself and not in the caller's transaction: others need not wait for that one, nor lose with it. */
  async function makeFirst(): Promise<void> {
    await database.aside(async (tx) => {
      await insertKek(tx, { ...(await newKek(tx, { root, random })), version: 1, now: clock.now() })
    })
  }

  return {
    async live(tx, needed = []) {
      const has = (keks: LiveKeks) => needed.every((id) => keks.get(id) !== undefined)
      const own = changed.has(tx.kysely())
      if (!own && known !== undefined && known.until > clock.now() && has(known.keks)) return known.keks
      const started = generation
      // Before the root key is asked for in this transaction: it would be asked for a second time, aside, and a rotation
      // that came in between would wait for the one and hold up the other.
      if (!begun && (await selectLiveKeks(tx)).length === 0) await makeFirst()
      begun = true
      const keks = await read(tx)
      if (keks === undefined) throw new Error('there is no key-encryption key')
      if (!own && started === generation) known = { keks, until: addSeconds(clock.now(), seconds) }
      return keks
    },
    changing: (tx) => void changed.add(tx.kysely()),
    purge() {
      generation++
      known = undefined
    },
  }
}

/** A new key-encryption key under the root key in force. */
export async function newKek(
  tx: Reading,
  { root, random }: { readonly root: RootKey; readonly random: Random },
): Promise<{ readonly id: string; readonly generation: number; readonly wrapped: Buffer }> {
  const inForce = await root.inForce(tx)
  const secret = random.bytes(32)
  const key = createDataKey(random.id(), secret)
  secret.fill(0)
  try {
    return { id: key.id, generation: inForce.generation, wrapped: wrapKek(random, inForce, key) }
  } finally {
    key.forget()
  }
}

/** Wraps every key-encryption key under another root key; data keys and data are not touched. For the seal's rotations. */
export function createRewrap(random: Random): Rewrap {
  return async (tx, from, to) => {
    const rows = await selectLiveKeks(tx)
    for (const { id, wrapped } of rows) {
      if (wrapped === null) continue
      const key = unwrapKek(from, id, wrapped)
      await replaceWrapped(tx, { id, generation: to.generation, wrapped: wrapKek(random, to, key) })
      key.forget()
    }
    return rows.length
  }
}
