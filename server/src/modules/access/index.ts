import { fileURLToPath } from 'node:url'
import type { Database, Transaction } from '../../platform/database/database.ts'
import type { ModuleManifest, ModuleParts } from '../../platform/module.ts'
import type { Decide } from '../../platform/ports.ts'
import type { Tx } from '../../platform/work.ts'
import { nextEpoch } from '../../platform/epoch.ts'
import { createAuthoring } from './authoring/authoring.ts'
import { controls } from './controls.ts'
import { createDecide } from './decide.ts'
import { errors } from './errors.ts'
import type { GroupsOf } from './evaluate.ts'
import { createEvaluator } from './evaluator.ts'
import { events } from './events.ts'
import { provisionTenant } from './own/provision.ts'
import { applicationRoutes } from './routes/applications.ts'
import { decisionRoutes } from './routes/decisions.ts'
import { policyRoutes } from './routes/policies.ts'
import type { EdgesOf } from './shapes.ts'
import type { StandingsOf } from './standing.ts'
import {
  type ApplicationRow,
  findApplication,
  listApplications,
  listPolicies,
  readEpochs,
  touchApplications,
} from './store.ts'
import { tables } from './tables.ts'
import { policySetJson } from './evaluator.ts'

export type { ApplicationRow } from './store.ts'

export interface AccessDeps {
  readonly database: Database
  readonly groupsOf: GroupsOf
  readonly standingsOf: StandingsOf
  /** the edges that serve each application, for the console */
  readonly edgesOf: (tx: Transaction) => Promise<EdgesOf>
  /** how many services are bound to an application */
  readonly boundServices: (tx: Pick<Tx, 'tenant' | 'kysely'>, application: string) => Promise<number>
}

/** The rules of an application as its edges get them. */
export interface Rules {
  readonly epoch: number
  readonly schema: Readonly<Record<string, unknown>>
  readonly policies: ReturnType<typeof policySetJson>
}

export interface Access extends ModuleParts {
  readonly decide: Decide
  provisionTenant(tx: Tx, now: Date): Promise<void>
  /** People, groups or services changed: every application of the tenant has a new epoch. */
  hierarchyChanged(tx: Tx): Promise<void>
  applications(tx: Transaction): Promise<readonly ApplicationRow[]>
  application(tx: Transaction, id: string): Promise<ApplicationRow | undefined>
  rules(tx: Transaction, application: string): Promise<Rules | undefined>
  epochs(tx: Transaction): Promise<{ readonly gateway: number; readonly applications: ReadonlyMap<string, number> }>
  close(): Promise<void>
}

export const manifest: ModuleManifest = {
  name: 'access',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables,
  errors,
  events,
}

export function createAccess(deps: AccessDeps): Access {
  const evaluator = createEvaluator()
  const authoring = createAuthoring()
  return {
    decide: createDecide(deps.database, evaluator, deps.standingsOf),
    provisionTenant,
    async hierarchyChanged(tx) {
      await touchApplications(tx, await nextEpoch(tx))
    },
    applications: (tx) => listApplications(tx),
    application: (tx, id) => findApplication(tx, id),
    async rules(tx, application) {
      const row = await findApplication(tx, application)
      if (row === undefined) return undefined
      const policies = policySetJson(await listPolicies(tx, application))
      return { epoch: row.epoch, schema: row.schema_json, policies }
    },
    epochs: (tx) => readEpochs(tx),
    routes: [...applicationRoutes(deps, authoring), ...policyRoutes(authoring), ...decisionRoutes(deps, evaluator)],
    controls,
    jobs: {},
    close: () => authoring.close(),
  }
}
