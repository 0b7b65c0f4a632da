import { fileURLToPath } from 'node:url'
import type { Protection } from '@holdfast/http-guard'
import type { Transaction } from '../../platform/database/database.ts'
import type { ModuleManifest, ModuleParts } from '../../platform/module.ts'
import { budgetRoute } from './budget-route.ts'
import { forgetIdle } from './budgets.ts'
import { settingsOf } from './change.ts'
import { checkRoute } from './check-route.ts'
import { controls } from './controls.ts'
import type { ProtectionDeps } from './deps.ts'
import { edgeRoutes } from './edge-routes.ts'
import { blockedRoutes } from './blocked/routes.ts'
import { errors } from './errors.ts'
import { exceptionRoutes } from './exceptions/routes.ts'
import { forEdges } from './exceptions/stamp.ts'
import { events } from './events.ts'
import { explainRoute } from './explain-route.ts'
import { learnedRoutes } from './learned/routes.ts'
import { routes } from './routes.ts'
import { allProtection } from './store.ts'
import { tables } from './tables.ts'
import { foldTraffic } from './traffic/counts.ts'
import { trafficRoutes } from './traffic/routes.ts'
import { forgetSamples } from './traffic/samples.ts'

export type { ProtectionDeps } from './deps.ts'

export const manifest: ModuleManifest = {
  name: 'protection',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables,
  errors,
  events,
}

/** The protection of every application that has one of its own, for bundles. */
export async function protections(tx: Transaction): Promise<ReadonlyMap<string, Protection>> {
  const stored = await allProtection(tx)
  return new Map([...stored].map(([application, settings]) => [application, forEdges(settingsOf(settings))]))
}

const forgetBudgets = 'protection.forget-budgets'
const foldTrafficJob = 'protection.fold-traffic'

/** Jobs that recur without end. */
export const protectionJobs = [forgetBudgets, foldTrafficJob] as const

/** What gateways and SDKs refuse, limit and add besides reading payloads. */
export function createProtection(deps: ProtectionDeps): ModuleParts {
  return {
    routes: [
      ...routes(deps),
      checkRoute(deps),
      budgetRoute(deps),
      explainRoute(deps),
      ...edgeRoutes(deps),
      ...trafficRoutes(deps),
      ...blockedRoutes(deps),
      ...exceptionRoutes(deps),
      ...learnedRoutes(deps),
    ],
    controls,
    jobs: {
      [forgetBudgets]: async () => {
        await deps.database.asSystem((tx) => forgetIdle(tx))
        return { again: 600 }
      },
      [foldTrafficJob]: async () => {
        await deps.database.asSystem(async (tx) => {
          await foldTraffic(tx)
          await forgetSamples(tx)
        })
        return { again: 60 }
      },
    },
  }
}
