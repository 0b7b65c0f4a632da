import { fileURLToPath } from 'node:url'
import { type EdgeProblem, edgeEvents, gatewayProblems, sdkProblems } from '@holdfast/bundle'
import { type EventDefinition, undefinedKind } from '@holdfast/events'
import { manifest as access } from './modules/access/index.ts'
import { manifest as compliance } from './modules/compliance/index.ts'
import { manifest as directory } from './modules/directory/index.ts'
import { manifest as edge } from './modules/edge/index.ts'
import { manifest as keys } from './modules/keys/index.ts'
import { manifest as ledger } from './modules/ledger/index.ts'
import { manifest as mail } from './modules/mail/index.ts'
import { manifest as oauth } from './modules/oauth/index.ts'
import { manifest as protection } from './modules/protection/index.ts'
import { manifest as signin } from './modules/signin/index.ts'
import { manifest as tenants } from './modules/tenants/index.ts'
import type { MigrationSource } from './platform/database/migrate.ts'
import { type CatalogueError, platformErrors } from './platform/errors.ts'
import type { ModuleManifest } from './platform/module.ts'

/** Every module, in the order in which their migrations depend on each other. */
export const manifests: readonly ModuleManifest[] = [
  keys,
  ledger,
  mail,
  directory,
  signin,
  access,
  oauth,
  edge,
  protection,
  compliance,
  tenants,
]

export const migrationSources: readonly MigrationSource[] = [
  {
    module: 'platform',
    directory: fileURLToPath(new URL('platform/database/migrations', import.meta.url)),
  },
  ...manifests.map(({ name, migrations }) => ({ module: name, directory: migrations })),
]

/** Every code that a client of this installation can meet, from the server, a gateway or an SDK; the server's own word wins. */
export const catalogue: ReadonlyMap<string, CatalogueError> = new Map([
  ...edgeErrors('sdk', sdkProblems),
  ...edgeErrors('gateway', gatewayProblems),
  ...[platformErrors, ...manifests.map(({ errors }) => errors)].flatMap((errors) => Object.entries(errors)),
])

/** Every kind of event that the control plane, a gateway or an SDK makes. */
export const eventDefinitions: ReadonlyMap<string, EventDefinition> = new Map(
  [edgeEvents, ...manifests.map(({ events }) => events)].flatMap((events) => Object.entries(events)),
)

/** What a kind is; those that applications make are of no class of their own, and neither is what an edge says of ours. */
export function definitionOf(kind: string): EventDefinition {
  return eventDefinitions.get(kind) ?? undefinedKind
}

function edgeErrors(module: string, problems: Readonly<Record<string, EdgeProblem>>): [string, CatalogueError][] {
  return Object.entries(problems).map(([code, problem]) => [code, { ...problem, code, module, detail: '' }])
}
