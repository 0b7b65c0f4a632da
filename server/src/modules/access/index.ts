import { fileURLToPath } from 'node:url'
import type { Explanation } from '@holdfast/policy'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Transaction } from '../../platform/database/database.ts'
import type { ModuleManifest, ModuleParts } from '../../platform/module.ts'
import type { Outcome } from '../../platform/outcome.ts'
import type { Decide, Uid } from '../../platform/ports.ts'
import type { Random } from '../../platform/random.ts'
import type { Tx, UnitOfWork } from '../../platform/work.ts'
import { nextEpoch } from '../../platform/epoch.ts'
import type { Keyring } from '../keys/index.ts'
import type { Ledger } from '../ledger/index.ts'
import { createAuthoring } from './authoring/authoring.ts'
import { authzenRoutes } from './authzen/routes.ts'
import { controls } from './controls.ts'
import { createDecide } from './decide.ts'
import { diffErrors, diffRoutes } from './diff/index.ts'
import {
  countGlassEver,
  createExpireJob,
  elevationControls,
  elevationErrors,
  elevationEvents,
  elevationRoutes,
  elevationTables,
  expireJob,
  forgetInRules,
  textsOf,
} from './elevation/index.ts'
import { entityRoutes } from './entities/routes.ts'
import { sealedAttributes } from './entities/store.ts'
import { errors } from './errors.ts'
import { endGrantsOf } from './grants/change.ts'
import { grantErrors } from './grants/errors.ts'
import { grantEvents } from './grants/events.ts'
import { type GrantTools, reasonsColumn } from './grants/give.ts'
import { grantsInForce, liveGrants } from './grants/store.ts'
import { grantRoutes } from './grants/routes.ts'
import { roleRoutes } from './roles/routes.ts'
import { type Ask, evaluateFor, type EvaluationDeps, type GroupsOf } from './evaluate.ts'
import { events } from './events.ts'
import { ownApplication } from './own/load.ts'
import { provisionTenant } from './own/provision.ts'
import { type QuestionDeps, questionRoutes } from './questions/routes.ts'
import { createRules } from './rules.ts'
import { applicationRoutes } from './routes/applications.ts'
import { decisionRoutes } from './routes/decisions.ts'
import { policyRoutes } from './routes/policies.ts'
import {
  createShadow,
  type Shadow,
  type ShadowBundle,
  shadowControls,
  shadowErrors,
  shadowEvents,
  shadowTables,
} from './shadow/index.ts'
import type { ApplicationClients } from './registration.ts'
import type { EdgesOf } from './shapes.ts'
import { keyOf, type StandingsOf } from './standing.ts'
import {
  type ApplicationRow,
  findApplication,
  letGatewaysDecide,
  listApplications,
  readEpochs,
  ownerOfHost,
  touchApplications,
  touchGateways,
} from './store.ts'
import { tables } from './tables.ts'
import { type BundleParts, bundleParts, lastingOf } from './world/bundle.ts'
import { createWorlds, type WorldDeps, type Worlds } from './world/index.ts'

export type { ApplicationClients, PreparedClient } from './registration.ts'
export type { ApplicationRow } from './store.ts'
export type { AsOf, Grant, Role, StoredEntity, World, Worlds } from './world/index.ts'

export interface AccessDeps {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  readonly keys: Keyring
  readonly ledger: Pick<Ledger, 'telemetry' | 'search' | 'readEvents' | 'readings'>
  readonly units: UnitOfWork
  /** what goes wrong behind a request */
  readonly onError: (error: unknown) => void
  /** everybody whom a policy may name, now or at a moment of the past */
  readonly principalsOf: WorldDeps['principalsOf']
  /** an origin */
  readonly publicUrl: string
  /** whether the control plane itself is there: at `publicUrl`, or at a host of a tenant */
  readonly isOwnHost: (host: string) => boolean
  /** whether the directory knows this person (disabled or not), service or group */
  readonly knows: GrantTools['knows']
  readonly directoryHistory: QuestionDeps['directoryHistory']
  readonly namesOf: QuestionDeps['namesOf']
  readonly groupsOf: GroupsOf
  readonly standingsOf: StandingsOf
  /** the edges that serve each application, for the console */
  readonly edgesOf: (tx: Transaction) => Promise<EdgesOf>
  /** the OAuth clients of applications */
  readonly clients: ApplicationClients
  /** an application goes: what others keep under its name goes with it. Before anything is locked but the directory */
  readonly applicationGone: (tx: Tx, application: string) => Promise<void>
  /** how many services are bound to an application */
  readonly boundServices: (tx: Pick<Tx, 'tenant' | 'kysely'>, application: string) => Promise<number>
}

export interface Access extends ModuleParts {
  readonly decide: Decide
  provisionTenant(tx: Tx, now: Date): Promise<void>
  /**
   * People, groups or services changed: every application of the tenant has a new epoch.
   * @param gateways those too, which keep what they were told of a service's key for a moment, and forget it then
   */
  hierarchyChanged(tx: Tx, gateways?: 'gateways'): Promise<void>
  /**
   * Something else that gateways and SDKs of an application go by is another.
   * @param gatewaysDecide whether gateways need its rules from now on; undefined: as before
   */
  bundleChanged(tx: Tx, application: string, gatewaysDecide?: boolean): Promise<void>
  /** Whether one of these has a role at Holdfast itself, now or later. */
  powerOf(tx: Pick<Transaction, 'kysely'>, principals: readonly Uid[]): Promise<boolean>
  /** The roles that somebody has been given in an application, by themselves or as a member; what roles hold of each other is left out. */
  rolesOf(
    tx: Pick<Transaction, 'kysely'>,
    application: string,
    principal: Uid,
    groups: readonly string[],
  ): Promise<readonly string[]>
  /** A person, service or group was removed: its grants end. Another group of that name would have them otherwise. */
  principalGone(tx: Tx, principal: Uid): Promise<void>
  applications(tx: Transaction): Promise<readonly ApplicationRow[]>
  application(tx: Transaction, id: string): Promise<ApplicationRow | undefined>
  /** Which application has this host; a host is one application's in the installation. As the system. */
  ownerOfHost(
    tx: Pick<Transaction, 'tenant' | 'kysely'>,
    host: string,
  ): Promise<{ readonly tenant: string; readonly application: string } | undefined>
  /** One decision as it would be taken now, in words; logged nowhere. */
  evaluate(tx: Transaction, application: string, ask: Omit<Ask, 'asked'>): Promise<Outcome<Explanation>>
  readonly worlds: Worlds
  /** The rules of an application as its edges get them. */
  bundle(tx: Transaction, application: string): Promise<(BundleParts & ShadowBundle) | undefined>
  /** Counts what an edge has compared its candidate on. */
  readonly takeCompared: Shadow['takeReported']
  /** How often the glass was broken, in all tenants that the transaction sees. */
  brokenGlass(tx: Transaction): Promise<{ readonly times: number; readonly unreviewed: number }>
  epochs(tx: Transaction): Promise<{ readonly gateway: number; readonly applications: ReadonlyMap<string, number> }>
  close(): Promise<void>
}

export const manifest: ModuleManifest = {
  name: 'access',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables: { ...tables, ...shadowTables, ...elevationTables },
  errors: { ...errors, ...grantErrors, ...shadowErrors, ...diffErrors, ...elevationErrors },
  events: { ...events, ...grantEvents, ...shadowEvents, ...elevationEvents },
}

export function createAccess(deps: AccessDeps): Access {
  const rules = createRules()
  const sealed = sealedAttributes(deps.keys)
  const { database, clock, groupsOf, standingsOf } = deps
  const worlds = createWorlds({ rules, sealed, principalsOf: deps.principalsOf })
  const authoring = createAuthoring()
  const shadow = createShadow({ ...deps, authoring, worlds })
  const { observe } = shadow
  const evaluation: EvaluationDeps = { rules, sealed, clock, groupsOf, standingsOf, observe }
  const decide = createDecide({ ...evaluation, database })
  const tools: GrantTools = { clock, random: deps.random, reasons: reasonsColumn(deps.keys), knows: deps.knows }
  return {
    decide,
    provisionTenant,
    async bundleChanged(tx, application, gatewaysDecide) {
      const epoch = await nextEpoch(tx)
      if (gatewaysDecide !== undefined) await letGatewaysDecide(tx, application, gatewaysDecide)
      await touchApplications(tx, epoch, application)
      await touchGateways(tx, epoch)
    },
    async hierarchyChanged(tx, gateways) {
      const epoch = await nextEpoch(tx)
      await touchApplications(tx, epoch)
      if (gateways !== undefined) await touchGateways(tx, epoch)
    },
    async powerOf(tx, principals) {
      const given = new Set(
        (await liveGrants(tx, ownApplication, clock.now())).map(({ principal }) => keyOf(principal)),
      )
      return principals.some((principal) => given.has(keyOf(principal)))
    },
    async rolesOf(tx, application, principal, groups) {
      const all = [principal, ...groups.map((id) => ({ type: 'Group', id }))]
      const held = await grantsInForce(tx, application, all, clock.now())
      return [...new Set(held.flatMap(({ role }) => role ?? []))].toSorted()
    },
    async principalGone(tx, principal) {
      // The epoch's row comes before those of grants.
      await nextEpoch(tx)
      await endGrantsOf(tx, tools, { principal })
      await forgetInRules(tx, principal)
    },
    applications: (tx) => listApplications(tx),
    application: (tx, id) => findApplication(tx, id),
    ownerOfHost: (tx, host) => ownerOfHost(tx, host),
    evaluate: (tx, application, ask) => evaluateFor(tx, evaluation, application, ask),
    worlds,
    async bundle(tx, application) {
      const now = deps.clock.now()
      const parts = await worlds.parts(tx, application, now)
      if (parts === undefined) return undefined
      const lasting = lastingOf(parts, now)
      const tried = await shadow.bundleParts(tx, application, lasting.links)
      return { ...(await bundleParts(application, parts, lasting, tried.candidate)), ...tried }
    },
    takeCompared: (tx, application, events, at) => shadow.takeReported(tx, application, events, at),
    brokenGlass: (tx) => countGlassEver(tx),
    epochs: (tx) => readEpochs(tx),
    routes: [
      ...applicationRoutes(deps, authoring, tools),
      ...policyRoutes(authoring),
      ...roleRoutes({ ...tools, decide }),
      ...grantRoutes(tools),
      ...questionRoutes({ worlds, decide, directoryHistory: deps.directoryHistory, namesOf: deps.namesOf }),
      ...elevationRoutes({ ...deps, tools, decide, texts: textsOf(deps.keys) }),
      ...entityRoutes({ keys: deps.keys, random: deps.random, knows: deps.knows }),
      ...decisionRoutes(evaluation),
      ...authzenRoutes({ ...deps, ...evaluation, searched: (tx, application, now) => worlds.of(tx, application, now) }),
      ...shadow.routes,
      ...diffRoutes({ worlds, authoring }),
    ],
    controls: [...controls, ...shadowControls, ...elevationControls],
    jobs: { [expireJob]: createExpireJob(deps) },
    async close() {
      await shadow.close()
      await authoring.close()
    },
  }
}
