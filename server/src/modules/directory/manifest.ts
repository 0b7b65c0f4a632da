import { fileURLToPath } from 'node:url'
import type { ModuleManifest } from '../../platform/module.ts'
import { directoryErrors } from './errors.ts'
import { directoryEvents } from './events.ts'
import { directoryTables } from './tables.ts'

export const manifest: ModuleManifest = {
  name: 'directory',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables: directoryTables,
  errors: directoryErrors,
  events: directoryEvents,
}
