import { type Kysely, type Selectable, sql } from 'kysely'
import { consume } from '../../../platform/once.ts'
import type { Tx } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { SigninTables } from '../tables.ts'

const from = (tx: Reading): Kysely<SigninTables> => tx.kysely<SigninTables>()

export interface NewCode {
  readonly hash: Buffer
  readonly session: string
  readonly application: string
  readonly redirectUri: string
  /** the digest that an S256 challenge spells (RFC 7636, section 4.2) */
  readonly challenge: Buffer
  readonly expiresAt: Date
}

export async function insertCode(tx: Tx, code: NewCode): Promise<void> {
  await from(tx)
    .insertInto('handoff_codes')
    .values({
      code_hash: code.hash,
      tenant_id: tx.tenant,
      session_id: code.session,
      application: code.application,
      redirect_uri: code.redirectUri,
      challenge: code.challenge,
      expires_at: code.expiresAt,
    })
    .execute()
}

/** The one who gets a row has consumed the code; everybody else gets none. One that is too late is consumed as well. */
export async function consumeCode(tx: Tx, hash: Buffer, now: Date): Promise<Omit<NewCode, 'hash'> | null> {
  const row = await consume<HandoffCode>(tx, {
    table: 'handoff_codes',
    where: { code_hash: hash },
    returning: ['session_id', 'application', 'redirect_uri', 'challenge', 'expires_at'],
    now,
    lasting: true,
  })
  if (row === null) return null
  const { session_id: session, application, redirect_uri: redirectUri, challenge, expires_at: expiresAt } = row
  return { session, application, redirectUri, challenge, expiresAt }
}

type HandoffCode = Pick<
  Selectable<SigninTables['handoff_codes']>,
  'session_id' | 'application' | 'redirect_uri' | 'challenge' | 'expires_at'
>

/** @returns why a code was not consumed */
export async function isKnownCode(tx: Reading, hash: Buffer): Promise<boolean> {
  const row = await from(tx)
    .selectFrom('handoff_codes')
    .select('code_hash')
    .where('code_hash', '=', hash)
    .executeTakeFirst()
  return row !== undefined
}

/** As the system. */
export async function forgetCodes(tx: Reading, before: Date): Promise<void> {
  await sql`DELETE FROM handoff_codes WHERE expires_at < ${before}`.execute(tx.kysely())
}
