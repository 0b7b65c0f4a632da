export { startEmbedded } from './platform/database/embedded/cluster.ts'
export { migrate } from './platform/database/migrate.ts'
export { eventDefinitions, migrationSources } from './modules.ts'
