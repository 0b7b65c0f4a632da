import { fileURLToPath } from 'node:url'
import type { ModuleManifest, ModuleParts } from '../../platform/module.ts'
import { controls } from './controls.ts'
import type { TenantDeps } from './deps.ts'
import { createEraseJob, eraseJob } from './erase.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { routes } from './routes.ts'

export type { TenantDeps } from './deps.ts'

/** Its tables are the platform's: every module's rows hang on them. */
export const manifest: ModuleManifest = {
  name: 'tenants',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables: {},
  errors,
  events,
}

/** Isolated organisations in one installation; for the operators of the first one. */
export function createTenants(deps: TenantDeps): ModuleParts {
  return { routes: routes(deps), controls: controls(deps.tables), jobs: { [eraseJob]: createEraseJob(deps) } }
}
