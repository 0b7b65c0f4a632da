import { fileURLToPath } from 'node:url'
import type { ModuleManifest } from '../../platform/module.ts'
import { clientsErrors, clientsEvents, clientsTables, registrationErrors, registrationEvents } from './clients/index.ts'
import { deviceEvents, deviceTables } from './device/index.ts'
import { coreErrors } from './errors.ts'
import { coreEvents } from './events.ts'
import { signingKeysErrors, signingKeysEvents, signingKeysTables } from './keys/index.ts'
import { exchangeEvents } from './exchange/index.ts'
import { logoutErrors, logoutEvents } from './logout/index.ts'
import { resourcesErrors, resourcesEvents, resourcesTables } from './resources/index.ts'
import { coreTables } from './tables.ts'

export const manifest: ModuleManifest = {
  name: 'oauth',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables: { ...coreTables, ...clientsTables, ...resourcesTables, ...signingKeysTables, ...deviceTables },
  errors: {
    ...coreErrors,
    ...clientsErrors,
    ...registrationErrors,
    ...resourcesErrors,
    ...signingKeysErrors,
    ...logoutErrors,
  },
  events: {
    ...coreEvents,
    ...clientsEvents,
    ...registrationEvents,
    ...resourcesEvents,
    ...signingKeysEvents,
    ...deviceEvents,
    ...logoutEvents,
    ...exchangeEvents,
  },
}
