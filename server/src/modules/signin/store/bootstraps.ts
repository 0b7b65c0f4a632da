import { type Kysely, sql } from 'kysely'
import { announce } from '../../../platform/database/announce.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { SigninTables } from '../tables.ts'

const from = (tx: Reading): Kysely<SigninTables> => tx.kysely<SigninTables>()

export const bootstrapChannel = 'holdfast_bootstrap'

export interface BootstrapRow {
  readonly tenant: string
  readonly service: string
  readonly tokenHash: Buffer
  readonly setupHash: Buffer
  readonly issuedBy: Buffer
  readonly expiresAt: Date
  readonly completedAt: Date | null
}

const columns = [
  'tenant_id as tenant',
  'service_id as service',
  'token_hash as tokenHash',
  'setup_hash as setupHash',
  'issued_by as issuedBy',
  'expires_at as expiresAt',
  'completed_at as completedAt',
] as const

/** Replicas that start together ask one after the other. */
export async function lockBootstrap(tx: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('bootstrap ' || ${tx.tenant}, 0))`.execute(tx.kysely())
}

export async function findBootstrap(tx: Reading, tenant: string): Promise<BootstrapRow | null> {
  const row = await from(tx).selectFrom('bootstraps').select(columns).where('tenant_id', '=', tenant).executeTakeFirst()
  return row ?? null
}

export async function findBootstrapBy(
  tx: Reading,
  which: 'token_hash' | 'setup_hash',
  hash: Buffer,
): Promise<BootstrapRow | null> {
  const row = await from(tx).selectFrom('bootstraps').select(columns).where(which, '=', hash).executeTakeFirst()
  return row ?? null
}

export async function putBootstrap(
  tx: Tx,
  row: Omit<BootstrapRow, 'tenant' | 'completedAt'> & { readonly now: Date },
): Promise<void> {
  const values = {
    service_id: row.service,
    token_hash: row.tokenHash,
    setup_hash: row.setupHash,
    issued_by: row.issuedBy,
    issued_at: row.now,
    expires_at: row.expiresAt,
  }
  await from(tx)
    .insertInto('bootstraps')
    .values({ tenant_id: tx.tenant, ...values })
    .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(values))
    .execute()
}

/** The one who gets a row has used the set-up link; everybody else gets none. */
export async function consumeSetup(tx: Tx, hash: Buffer, now: Date): Promise<{ readonly service: string } | null> {
  const row = await from(tx)
    .updateTable('bootstraps')
    .set({ completed_at: now })
    .where('setup_hash', '=', hash)
    .where('completed_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('service_id as service')
    .executeTakeFirst()
  return row ?? null
}

/** Every replica that holds a file of the secrets removes it. */
export async function tellCompleted(tx: Tx): Promise<void> {
  await announce(tx, bootstrapChannel)
}
