import { fileURLToPath } from 'node:url'
import type { MigrationSource } from './platform/database/migrate.ts'
import type { ModuleManifest } from './platform/module.ts'

/** Every module, in the order in which their migrations depend on each other. */
export const manifests: readonly ModuleManifest[] = []

export const migrationSources: readonly MigrationSource[] = [
  {
    module: 'platform',
    directory: fileURLToPath(new URL('platform/database/migrations', import.meta.url)),
  },
  ...manifests.map(({ name, migrations }) => ({ module: name, directory: migrations })),
]
