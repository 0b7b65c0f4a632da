import { fileURLToPath } from 'node:url'
import type { Clock } from '../../platform/clock.ts'
import type { Control } from '../../platform/control.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Tables } from '../../platform/database/tables.ts'
import type { ModuleManifest, ModuleParts } from '../../platform/module.ts'
import { type CheckControls, createCheckControls } from './check.ts'
import { complianceConfig, type ComplianceConfig } from './config.ts'
import { controls } from './controls.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import type { OverviewPorts } from './overview.ts'
import { routes } from './routes.ts'
import { tables } from './tables.ts'

export { complianceConfig, type ComplianceConfig } from './config.ts'

export const manifest: ModuleManifest = {
  name: 'compliance',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables,
  errors,
  events,
}

export interface ComplianceDeps extends OverviewPorts {
  readonly database: Database
  readonly clock: Clock
  readonly config?: ComplianceConfig
  /** controls of the other modules */
  readonly controls: readonly Control[]
  /** declared tables of the platform and every module */
  readonly tables: Tables
  readonly onError: (error: unknown, control: string) => void
}

export interface Compliance extends ModuleParts {
  /** Runs every control, those of this module too, or shows a result of a few seconds ago. */
  readonly check: CheckControls
}

export function createCompliance({ config, ...deps }: ComplianceDeps): Compliance {
  const own = controls(deps.tables)
  const check = createCheckControls({
    ...deps,
    config: config ?? complianceConfig.parse({}),
    controls: [...deps.controls, ...own],
  })
  return { check, routes: routes(check, deps), controls: own, jobs: {} }
}
