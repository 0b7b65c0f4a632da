import { fileURLToPath } from 'node:url'
import type { ModuleManifest } from '../../platform/module.ts'
import { directoryErrors } from './errors.ts'
import { directoryEvents } from './events.ts'
import { scimErrors } from './scim/errors.ts'
import { scimEvents } from './scim/events.ts'
import { scimTables } from './scim/tables.ts'
import { directoryTables } from './tables.ts'

export const manifest: ModuleManifest = {
  name: 'directory',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables: { ...directoryTables, ...scimTables },
  errors: { ...directoryErrors, ...scimErrors },
  events: { ...directoryEvents, ...scimEvents },
}
