import { type DataKey, keyIdOf, open, type Place } from '@holdfast/envelope'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { Fault } from '../../platform/errors.ts'
import type { Random } from '../../platform/random.ts'
import { createBudgets } from './budget.ts'
import { createKeyCache, type KeyCache } from './cache.ts'
import { encrypted } from './column.ts'
import type { KeysConfig } from './config.ts'
import { createDestroySubject } from './destroy-subject.ts'
import { keyErrors } from './errors.ts'
import { createKeyEncryptionKeys, type KeyEncryptionKeys } from './kek.ts'
import { createMaker, type Maker } from './make.ts'
import { installationTenant, tenantOf } from './names.ts'
import { createRings, type RingDeps } from './ring.ts'
import type { RootKey } from './seal/root.ts'
import { subjectsWithKeys } from './store/data-keys.ts'
import type { Db, Keyring, OwnPlace } from './types.ts'

export interface KeyringDeps {
  readonly database: Database
  readonly root: RootKey
  readonly clock: Clock
  readonly random: Random
  readonly config: KeysConfig
  readonly replaced?: RingDeps['replaced']
}

/** A keyring, with what the rest of the module needs of it. */
export interface OwnKeyring extends Keyring {
  readonly maker: Maker
  readonly keks: KeyEncryptionKeys
  readonly cache: KeyCache
  /** what a column is encrypted for, where a module has said so by `encrypted` */
  purposeOf(table: string, column: string): string | undefined
}

/** For what the installation encrypts for itself. */
const installationPurpose = 'installation'

type Sealed = { readonly place: OwnPlace; readonly sealed: Uint8Array }

/** Reads and makes keys when it is asked for one, and not before. */
export function createKeyring({ database, root, clock, random, config, replaced }: KeyringDeps): OwnKeyring {
  const { cacheSeconds: seconds, cacheEntries: entries, messagesPerKey } = config
  const cache = createKeyCache(clock, { seconds, entries })
  const keks = createKeyEncryptionKeys({ database, root, clock, random, seconds })
  const maker = createMaker({ clock, random, keks, messagesPerKey })
  const budgets = createBudgets(database, messagesPerKey, entries)
  const purposes = new Map<string, string>()
  const rings = createRings({ random, maker, cache, budgets, replaced: replaced ?? (async () => {}) })

  async function openFor(tx: Db, tenant: string | null, items: readonly Sealed[]): Promise<(Buffer | null)[]> {
    const ids = items.map(({ sealed }) => keyIdOf(sealed))
    const keys = await rings.byIds(tx, tenant, ids)
    return items.map(({ place, sealed }) => openWith(keys, { ...place, tenant: tenant ?? installationTenant }, sealed))
  }

  const keyring: Pick<Keyring, 'ring' | 'openAll' | 'blindIndex'> = {
    ring: (tx, wanted) => rings.ring(tx, tenantOf(tx), wanted),
    openAll: (tx, items) => openFor(tx, tenantOf(tx), items),
    async blindIndex(tx, purpose) {
      // No messages are counted: HMACs have no such limit, and a key that was replaced would find nothing any more.
      const name = { purpose: `${purpose}/index`, messages: 0 }
      const ring = await rings.ring(tx, tenantOf(tx), [name])
      return (label, text) => ring.index(name, label, text)
    },
  }
  return {
    ...keyring,
    maker,
    keks,
    cache,
    purposeOf: (table, column) => purposes.get(`${table}.${column}`),
    subjectsAmong: (tx, subjects) => subjectsWithKeys(tx, tenantOf(tx), subjects),
    encrypted(column) {
      purposes.set(`${column.table}.${column.column}`, column.purpose)
      return encrypted(keyring, column)
    },
    destroySubject: createDestroySubject({ clock, cache }),
    installation: {
      close: (place, plain) =>
        database.asSystem(async (tx) => {
          const name = { purpose: installationPurpose }
          return (await rings.ring(tx, null, [name])).close(name, place, plain)
        }),
      async open(place, sealed) {
        const [plain] = await database.asSystem((tx) => openFor(tx, null, [{ place, sealed }]))
        if (plain == null) throw new Fault(keyErrors.key_missing, 'a key of the installation was destroyed')
        return plain
      },
    },
  }
}

function openWith(keys: ReadonlyMap<string, DataKey | null>, place: Place, sealed: Uint8Array): Buffer | null {
  const id = keyIdOf(sealed)
  const key = keys.get(id)
  if (key === null) return null
  if (key === undefined)
    throw new Fault(keyErrors.key_missing, `there is no key ${id} for ${place.table}.${place.column}`)
  return open(() => key, place, sealed)
}
