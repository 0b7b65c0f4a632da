import type { IntrospectResponse } from '@holdfast/bundle'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Transaction } from '../../platform/database/database.ts'
import type { Outcome } from '../../platform/outcome.ts'
import type { Source } from '../../platform/ports.ts'
import type { Seal } from '../../platform/seal/seal.ts'
import type { Tx } from '../../platform/work.ts'
import type { Access } from '../access/index.ts'
import type { Ingest } from '../ledger/index.ts'
import type { PrincipalEntity } from './bundle.ts'

/** What sign-in offers to the edges. */
export interface SessionsForEdges {
  introspect(credential: string, application: string, tenant: string, source: Source): Promise<IntrospectResponse>
  /** Consumes the code; undefined when it does not hold. */
  exchange(
    tx: Tx,
    input: { readonly code: string; readonly verifier: string; readonly redirectUri: string },
  ): Promise<{ readonly session: string; readonly expiresAt: number; readonly returnTo: string } | undefined>
  /** @returns whether there was a session to end */
  signOutHost(tx: Tx, session: string): Promise<boolean>
  /** Sessions that ended after the cursor, none skipped whatever order their transactions committed in. */
  revokedSince(
    tx: Transaction,
    cursor: number,
  ): Promise<{ readonly cursor: number; readonly sessions: readonly string[] }>
}

export interface EdgeDeps {
  readonly database: Database
  readonly clock: Clock
  readonly seal: Seal
  readonly publicUrl: string
  readonly access: Access
  readonly sessions: SessionsForEdges
  readonly principalsOf: (tx: Transaction) => Promise<readonly PrincipalEntity[]>
  readonly ingest: Ingest
}
