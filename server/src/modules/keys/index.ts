import { fileURLToPath } from 'node:url'
import type { ModuleManifest, ModuleParts } from '../../platform/module.ts'
import type { Database } from '../../platform/database/database.ts'
import { keyErrors } from './errors.ts'
import { keyEvents } from './events.ts'
import type { OwnKeyring } from './keyring.ts'
import { sealErrors } from './seal/errors.ts'
import { sealEvents } from './seal/events.ts'
import { sealTables } from './seal/tables.ts'
import { keysChannel } from './store/destroy.ts'
import { keyTables } from './tables.ts'
import type { Keyring } from './types.ts'

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
  readonly keyring: OwnKeyring
}

export interface Keys extends Keyring, ModuleParts {
  /** Hears of keys that others destroy or replace. */
  start(): void
  stop(): void
}

export function createKeys({ database, keyring }: KeysDeps): Keys {
  let unlisten = () => {}
  return {
    ...keyring,
    start() {
      unlisten = database.listen(keysChannel, () => {
        keyring.cache.purge()
        keyring.keks.purge()
      })
    },
    stop: () => unlisten(),
    routes: [],
    controls: [],
    jobs: {},
  }
}
