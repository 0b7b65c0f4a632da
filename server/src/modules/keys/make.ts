import { createDataKey, type DataKey, unwrapKey, wrapKey } from '@holdfast/envelope'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { KeyEncryptionKeys } from './kek.ts'
import { addUses, type DataKeyRow, insertDataKey, lastVersion, retire } from './store/data-keys.ts'
import type { Db } from './types.ts'
import { dataKeyPlace } from './wrapped.ts'

export interface Named {
  readonly purpose: string
  /** empty for a key of everybody */
  readonly subject: string
}

export interface Version extends Named {
  readonly id: string
  readonly version: number
}

/** A key that this transaction has made, and how many messages it may still encrypt here. */
export interface MadeKey extends Version {
  readonly key: DataKey
  left: number
  used: number
}

export interface Maker {
  /** Makes the first key of a name, or the one after the last. @returns undefined when somebody was quicker: look again */
  make(tx: Db, tenant: string | null, name: Named, messages: number): Promise<MadeKey | undefined>
  /** Makes the next version. @returns undefined when the given one is not the current one any more */
  replace(tx: Db, tenant: string | null, old: Version): Promise<MadeKey | undefined>
  unwrap(tx: Db, tenant: string | null, rows: readonly DataKeyRow[]): Promise<ReadonlyMap<string, DataKey>>
  /** What this transaction has made. Nobody else may use it before the commit, and nobody ever if there is none. */
  madeIn(tx: Db): ReadonlyMap<string, MadeKey>
  /** Counts in the key's own row, which this transaction holds. @returns false when the key has not so many left */
  take(tx: Db, own: MadeKey, messages: number): Promise<boolean>
}

export interface MakerDeps {
  readonly clock: Clock
  readonly random: Random
  readonly keks: KeyEncryptionKeys
  readonly messagesPerKey: number
}

/** Counted as used when a key is made: enough for the transaction that makes it, mostly. */
const firstMessages = 32

export function createMaker({ clock, random, keks, messagesPerKey }: MakerDeps): Maker {
  const made = new WeakMap<object, Map<string, MadeKey>>()

  function madeIn(tx: Db): Map<string, MadeKey> {
    const connection = tx.kysely()
    let keys = made.get(connection)
    if (keys === undefined) made.set(connection, (keys = new Map()))
    return keys
  }

  async function make(
    tx: Db,
    tenant: string | null,
    { purpose, subject }: Named,
    messages: number,
  ): Promise<MadeKey | undefined> {
    const { current } = await keks.live(tx)
    const version = (await lastVersion(tx, tenant, purpose, subject)) + 1
    const secret = random.bytes(32)
    const key = createDataKey(random.id(), secret)
    secret.fill(0)
    const row = { purpose, subject, id: key.id, version }
    const wrapped = wrapKey(current, dataKeyPlace(tenant, row), key, random.bytes(12))
    const used = Math.max(messages, Math.min(firstMessages, messagesPerKey))
    const inserted = await insertDataKey(tx, { ...row, tenant, kekId: current.id, wrapped, used, now: clock.now() })
    if (!inserted) {
      keks.purge()
      return undefined
    }
    const own: MadeKey = { ...row, key, used, left: used }
    madeIn(tx).set(key.id, own)
    return own
  }

  return {
    make,
    madeIn,
    async replace(tx, tenant, old) {
      return (await retire(tx, old.id, clock.now())) ? make(tx, tenant, old, 1) : undefined
    },
    async unwrap(tx, tenant, rows) {
      const needed = rows.flatMap(({ kek_id: id }) => (id === null ? [] : [id]))
      if (needed.length === 0) return new Map()
      const live = await keks.live(tx, needed)
      const opened = (row: DataKeyRow, wrapped: Buffer) =>
        unwrapKey((id) => live.get(id), dataKeyPlace(tenant, row), row.id, wrapped)
      return new Map(rows.flatMap((row) => (row.wrapped === null ? [] : [[row.id, opened(row, row.wrapped)]])))
    },
    async take(tx, own, messages) {
      const missing = messages - own.left
      if (missing > 0) {
        if (own.used + missing > messagesPerKey) return false
        await addUses(tx, own.id, missing)
        own.used += missing
        own.left += missing
      }
      own.left -= messages
      return true
    },
  }
}
