import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Jobs } from '../../platform/jobs/jobs.ts'
import type { Random } from '../../platform/random.ts'
import type { UnitOfWork } from '../../platform/work.ts'
import type { Keyring } from '../keys/index.ts'
import type { MailConfig } from './config.ts'
import type { Carrier } from './delivery/carrier.ts'
import type { Db, MailColumns } from './store.ts'

/** What mail needs of others; wired in compose.ts. */
export interface MailDeps {
  readonly clock: Clock
  readonly random: Random
  readonly keys: Pick<Keyring, 'encrypted' | 'blindIndex'>
  readonly database: Database
  readonly units: () => UnitOfWork
  readonly jobs: () => Jobs
  /** address and name of a person; null when there is none */
  readonly person: (tx: Db, id: string) => Promise<{ readonly email: string; readonly name: string } | null>
  /** two spellings of one address give the same */
  readonly sameAddress: (address: string) => string
  readonly config: MailConfig
  /** where the pages of a tenant are: an origin */
  readonly homeOf: (tenant: string) => Promise<string>
  /** how the pages of the transaction's tenant look; null where it says nothing */
  readonly brandOf: (tx: Db) => Promise<{ readonly name: string | null; readonly accent: string | null }>
  /** what a tenant that says nothing is called */
  readonly installation: string
  readonly publicUrl: string
  readonly development: boolean
}

export interface MailTools extends MailDeps {
  readonly columns: MailColumns
  /** null: there is no mail server */
  readonly carrier: Carrier | null
}
