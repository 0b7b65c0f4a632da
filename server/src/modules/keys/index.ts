import { fileURLToPath } from 'node:url'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { announce } from '../../platform/database/announce.ts'
import { asSystemIn } from '../../platform/database/elevate.ts'
import type { Tables } from '../../platform/database/tables.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { ModuleManifest, ModuleParts } from '../../platform/module.ts'
import type { Random } from '../../platform/random.ts'
import type { Tx, UnitOfWork } from '../../platform/work.ts'
import type { KeysConfig } from './config.ts'
import { keyControls } from './controls.ts'
import type { DestroyDeps } from './destroy.ts'
import { keyErrors } from './errors.ts'
import { keyEvents } from './events.ts'
import { createKeyring } from './keyring.ts'
import type { Version } from './make.ts'
import { createRewrapJob } from './rewrap.ts'
import { rewrapJob } from './rotate-kek.ts'
import { keyRoutes } from './routes.ts'
import type { RootKey } from './seal/root.ts'
import { sealErrors } from './seal/errors.ts'
import { sealEvents } from './seal/events.ts'
import { sealTables } from './seal/tables.ts'
import { destroyOfTenant, keysChannel } from './store/destroy.ts'
import { keyTables } from './tables.ts'
import { createReplacedJob, createTendJob, replacedJob, tendJob } from './tend.ts'
import type { Db, Keyring } from './types.ts'

export { keysConfig, type KeysConfig } from './config.ts'
export { createRewrap } from './kek.ts'
export { createKeyring, type KeyringDeps, type OwnKeyring } from './keyring.ts'
export * from './seal/index.ts'
export type {
  EncryptedColumn,
  IndexText,
  InstallationKeys,
  KeyName,
  Keyring,
  KeyRing,
  OwnPlace,
  SealedColumn,
  WantedKey,
} from './types.ts'

export const manifest: ModuleManifest = {
  name: 'keys',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables: { ...keyTables, ...sealTables },
  errors: { ...keyErrors, ...sealErrors },
  events: { ...keyEvents, ...sealEvents },
}

export interface KeysDeps {
  readonly database: Database
  readonly root: RootKey
  readonly clock: Clock
  readonly random: Random
  readonly config: KeysConfig
  /** the tenant in which the installation's own events are recorded */
  readonly tenant: string
  /** purposes whose data nobody may make unreadable while there is any */
  readonly kept: readonly string[]
  /** Destroys a person's keys, with what elsewhere tells of it or still finds them. */
  readonly eraseSubject: DestroyDeps['eraseSubject']
  /** declared tables of the platform and every module */
  readonly tables: Tables
  // Asked for when they are needed: recording needs keys, so these are made afterwards.
  readonly units: () => UnitOfWork
  readonly jobs: () => Jobs
}

export interface Keys extends Keyring, ModuleParts {
  /**
   * Destroys every key of a tenant that is deleted: nothing that was encrypted for it opens any more. Whoever deletes it records
   * that, since of the tenant itself nothing can be recorded.
   * @returns how many keys that were
   */
  destroyTenant(tx: Tx, tenant: string): Promise<number>
  /** Hears of keys that others destroy or replace, and tends its own. */
  start(): Promise<void>
  stop(): void
}

/** The key hierarchy: what the other modules encrypt with, and what operators do about it. */
export function createKeys(deps: KeysDeps): Keys {
  const { database, config, jobs, tables } = deps
  const replaced = (tx: Db, key: Version) =>
    jobs().enqueue(tx, {
      kind: replacedJob,
      payload: { id: key.id, purpose: key.purpose, subject: key.subject, version: key.version },
    })
  const keyring = createKeyring({ ...deps, replaced })
  const { keks } = keyring
  const own = {
    ...deps,
    keyring,
    keks,
    purposeOf: (table: string, column: string) => keyring.purposeOf(table, column),
    kept: new Set(deps.kept),
    cacheSeconds: config.cacheSeconds,
    retireSeconds: config.retireSeconds,
  }
  let unlisten = () => {}
  return {
    ...keyring,
    async destroyTenant(tx, tenant) {
      const ids = await asSystemIn(tx, () => destroyOfTenant(tx, tenant, deps.clock.now()))
      keyring.cache.distrust(ids)
      await announce(tx, keysChannel)
      return ids.length
    },
    async start() {
      unlisten = database.listen(keysChannel, () => {
        keyring.cache.purge()
        keks.purge()
      })
      await database.asSystem((tx) => jobs().enqueue(tx, { kind: tendJob, key: 'only', recurring: true }))
    },
    stop: () => unlisten(),
    routes: keyRoutes(own),
    controls: keyControls(tables, config),
    jobs: {
      [rewrapJob]: createRewrapJob(own),
      [tendJob]: createTendJob(own),
      [replacedJob]: createReplacedJob(own),
    },
  }
}
