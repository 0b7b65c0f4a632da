import { fileURLToPath } from 'node:url'
import { LEASE_OVER, type PublicJwk } from '@holdfast/bundle'
import { addSeconds } from '../../platform/clock.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { edgeChannel } from '../../platform/epoch.ts'
import type { ModuleManifest, ModuleParts } from '../../platform/module.ts'
import type { AwaitEffect } from '../../platform/ports.ts'
import { barrier } from './barrier.ts'
import { barrierRoutes } from './barrier-routes.ts'
import { createBundles } from './bundle.ts'
import { controls } from './controls.ts'
import type { EdgeDeps } from './deps.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { createHub } from './hub.ts'
import { routes } from './routes.ts'
import { type EdgeRow, forgetEdges, recentEdges } from './store/edges.ts'
import { tables } from './tables.ts'

export type { PrincipalEntity } from './bundle.ts'
export type { EdgeDeps } from './deps.ts'
export { type ControlPlaneKey, loadSigningKey } from './signing-key.ts'
export type { EdgeRow } from './store/edges.ts'

/** When every lease is over there is nobody left to wait for; the look that finds it so takes a moment. */
const graceSeconds = 2

export const manifest: ModuleManifest = {
  name: 'edge',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables,
  errors,
  events,
}

export interface Edge extends ModuleParts {
  /** The control plane's public keys, which every edge is given to trust. */
  trust(): { keys: readonly PublicJwk[] }
  readonly awaitEffect: AwaitEffect
  close(): void
}

export function createEdge(deps: EdgeDeps): Edge {
  const { key } = deps
  const hub = createHub(deps.database, edgeChannel, () => (deps.random.bytes(1)[0] ?? 0) / 255)
  const bundles = createBundles({ ...deps, issuer: deps.publicUrl })
  return {
    trust: () => ({ keys: [key.jwk] }),
    close: () => hub.close(),
    async awaitEffect({ context, epoch, signal }) {
      const seconds = LEASE_OVER + graceSeconds
      const answer = await barrier(deps, { context, epoch, application: undefined, seconds, signal })
      return answer.ok ? answer.value.effectiveAt : null
    },
    routes: [...routes(deps, { ...deps, bundles, hub }), ...barrierRoutes(deps)],
    controls,
    jobs: {
      // Edges that have not been seen for a day are forgotten; they come back by themselves.
      'edge.forget': async () => {
        await deps.database.asSystem((tx) => forgetEdges(tx, addSeconds(deps.clock.now(), -86_400)))
        return { again: 3600 }
      },
    },
  }
}

/** The edges seen within the last minutes, for the console. */
export function edgesSince(tx: Transaction, since: Date): Promise<readonly EdgeRow[]> {
  return recentEdges(tx, since)
}
