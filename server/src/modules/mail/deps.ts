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
  readonly installation: string
  readonly publicUrl: string
  readonly development: boolean
}

export interface MailTools extends MailDeps {
  readonly columns: MailColumns
  /** null: there is no mail server */
  readonly carrier: Carrier | null
}
