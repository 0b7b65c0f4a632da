import { type Kysely, sql } from 'kysely'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../../directory/index.ts'
import type { MfaTables } from '../tables.ts'

const from = (tx: Reading): Kysely<MfaTables> => tx.kysely<MfaTables>()

export async function insertMailedCode(
  tx: Tx,
  { key, session, expiresAt }: { readonly key: Buffer; readonly session: string; readonly expiresAt: Date },
): Promise<void> {
  await from(tx)
    .insertInto('mailed_codes')
    .values({ code_key: key, tenant_id: tx.tenant, session_id: session, expires_at: expiresAt })
    .execute()
}

export async function forgetMailedCodesOf(tx: Tx, session: string): Promise<void> {
  await from(tx).deleteFrom('mailed_codes').where('session_id', '=', session).execute()
}

/** As the system. */
export async function forgetMailedCodes(tx: Reading, before: Date): Promise<void> {
  await sql`DELETE FROM mailed_codes WHERE expires_at < ${before}`.execute(tx.kysely())
}
