import type { TokenJwk } from '@holdfast/bundle'
import type { Clock } from '../../platform/clock.ts'
import type { Random } from '../../platform/random.ts'
import type { Database, Transaction } from '../../platform/database/database.ts'
import type { UnitOfWork } from '../../platform/work.ts'
import type { Access } from '../access/index.ts'
import type { Ingest } from '../ledger/index.ts'
import type { Signin } from '../signin/index.ts'
import type { PrincipalEntity } from './bundle.ts'
import type { ControlPlaneKey } from './signing-key.ts'

export interface EdgeDeps {
  readonly database: Database
  readonly clock: Clock
  readonly random: Random
  /** the installation's signing key, from `loadSigningKey` */
  readonly key: ControlPlaneKey
  readonly publicUrl: string
  readonly access: Access
  readonly sessions: Pick<Signin, 'introspect' | 'exchange' | 'signOutHost' | 'revokedSince' | 'feedEnd'>
  /** public keys of access tokens; whatever changes them raises every epoch, the gateways' too */
  readonly tokenKeys: (tx: Transaction) => Promise<readonly TokenJwk[]>
  /** by which names access tokens may call an application, besides its own urn */
  readonly resourcesOf: (tx: Transaction, application: string) => Promise<readonly string[]>
  readonly principalsOf: (tx: Transaction) => Promise<readonly PrincipalEntity[]>
  readonly units: UnitOfWork
  readonly ingest: Ingest
}
