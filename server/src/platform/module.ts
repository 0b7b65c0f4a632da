import type { EventDefinitions } from '@holdfast/events'
import type { Control } from './control.ts'
import type { Tables } from './database/tables.ts'
import type { Catalogue } from './errors.ts'
import type { Route } from './http/route.ts'
import type { JobHandler } from './jobs/jobs.ts'

/** What a module is without being started: enough to migrate, to document and to check it. */
export interface ModuleManifest {
  readonly name: string
  /** folder of its migrations */
  readonly migrations: string
  readonly tables: Tables
  readonly errors: Catalogue
  /** every kind of event that it records */
  readonly events: EventDefinitions
}

/** What a started module gives to the composition. */
export interface ModuleParts {
  readonly routes: readonly Route[]
  readonly controls: readonly Control[]
  readonly jobs: Readonly<Record<string, JobHandler>>
}
