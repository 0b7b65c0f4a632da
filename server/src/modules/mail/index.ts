import { fileURLToPath } from 'node:url'
import type { ModuleManifest, ModuleParts } from '../../platform/module.ts'
import type { Tx } from '../../platform/work.ts'
import { mailControls } from './controls.ts'
import { createCarrier } from './delivery/carrier.ts'
import { createDeliver } from './delivery/deliver.ts'
import { createTidy, tidyJob } from './delivery/tidy.ts'
import type { MailDeps, MailTools } from './deps.ts'
import { mailErrors } from './errors.ts'
import { mailEvents } from './events.ts'
import { mailRoutes } from './routes.ts'
import { deliverJob, sendMail } from './send.ts'
import { createColumns } from './store.ts'
import { mailTables } from './tables.ts'
import type { SendMail } from './types.ts'

export { mailConfig, type MailConfig } from './config.ts'
export { createCarrier } from './delivery/carrier.ts'
export type { Letter, Recipient, SendMail, Sent } from './types.ts'

export const manifest: ModuleManifest = {
  name: 'mail',
  migrations: fileURLToPath(new URL('migrations', import.meta.url)),
  tables: mailTables,
  errors: mailErrors,
  events: mailEvents,
}

export interface Mail extends SendMail, ModuleParts {
  /** Makes the key by which addresses are counted. May be repeated. */
  provisionTenant(tx: Tx): Promise<void>
  /** whether letters leave, or are kept for the mailbox of development */
  readonly works: boolean
  /** Enqueues what recurs; call once the jobs' handlers are started. */
  start(): Promise<void>
}

/** Letters to people: written in the transaction of what they tell, and sent after it. */
export function createMail(given: MailDeps): Mail {
  const { database, jobs, config, development } = given
  const deps: MailTools = { ...given, columns: createColumns(given.keys), carrier: createCarrier(config, given) }
  return {
    send: (tx, letter) => sendMail(tx, deps, letter),
    works: deps.carrier !== null || development,
    routes: mailRoutes(deps),
    controls: mailControls(deps),
    jobs: { [deliverJob]: createDeliver(deps), [tidyJob]: createTidy(deps) },
    async provisionTenant(tx) {
      await deps.columns.index(tx)
    },
    start: () => database.asSystem((tx) => jobs().enqueue(tx, { kind: tidyJob, key: 'only', recurring: true })),
  }
}
