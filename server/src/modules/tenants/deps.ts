import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Tables } from '../../platform/database/tables.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { Random } from '../../platform/random.ts'
import type { Tx, UnitOfWork } from '../../platform/work.ts'

/** What the module needs of others; wired in compose.ts. */
export interface TenantDeps {
  readonly clock: Clock
  readonly random: Random
  readonly units: Pick<UnitOfWork, 'within' | 'work'>
  /** whose operators look after the installation */
  readonly first: string
  readonly publicUrl: string
  /** Makes what every tenant has from the start, in all modules. */
  readonly provisionTenant: (tx: Tx) => Promise<void>
  /** Invites somebody to be an operator. @returns the link of the letter */
  readonly inviteOperator: (
    tx: Tx,
    asked: { readonly email: string; readonly name: string | undefined; readonly inviter: string; readonly now: Date },
  ) => Promise<{ readonly link: string; readonly expiresAt: Date }>
  /** Ends every session, grant and token, and tells the edges. */
  readonly endEverything: (tx: Tx, reason: string) => Promise<void>
  /** Destroys every key of a tenant. @returns how many that were */
  readonly destroyKeys: (tx: Tx, tenant: string) => Promise<number>
  /** Removes some events of a deleted tenant, and tells it in the transaction's. @returns how many went */
  readonly removeEvents: (tx: Tx, tenant: string, most: number, now: Date) => Promise<number>
  readonly jobs: () => Pick<Jobs, 'enqueue'>
  readonly database: Pick<Database, 'asSystem'>
  /** declared tables of the platform and every module: what a tenant's rows are in */
  readonly tables: Tables
  /** Whether an application of any tenant is guarded at this host. As the system. */
  readonly isApplicationHost: (tx: Tx, host: string) => Promise<boolean>
}
