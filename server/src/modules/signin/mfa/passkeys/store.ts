import { type Kysely, sql } from 'kysely'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../../directory/index.ts'
import type { MfaColumns } from '../columns.ts'
import type { MfaTables } from '../tables.ts'

const from = (tx: Reading): Kysely<MfaTables> => tx.kysely<MfaTables>()

export interface Passkey {
  readonly id: string
  readonly person: string
  readonly credentialId: Buffer
  readonly publicKey: Buffer
  readonly signCount: number
  readonly aaguid: string
  readonly attestation: string
  readonly transports: readonly string[]
  readonly backupEligible: boolean
  readonly backedUp: boolean
  readonly registeredAt: Date
  readonly lastUsedAt: Date | null
  /** a copy of it was seen */
  readonly clonedAt: Date | null
}

const columnsOf = [
  'id',
  'person_id as person',
  'credential_id as credentialId',
  'public_key as publicKey',
  'sign_count as signCount',
  'aaguid',
  'attestation',
  'transports',
  'backup_eligible as backupEligible',
  'backed_up as backedUp',
  'registered_at as registeredAt',
  'last_used_at as lastUsedAt',
  'cloned_at as clonedAt',
] as const

type Row = Omit<Passkey, 'signCount'> & { readonly signCount: string }
const read = (row: Row): Passkey => ({ ...row, signCount: Number(row.signCount) })

export type NewPasskey = Omit<Passkey, 'lastUsedAt' | 'clonedAt'> & { readonly name: string }

/** @returns false when the credential is registered already, by whomever */
export async function insertPasskey(
  tx: Tx,
  { passkeyName }: Pick<MfaColumns, 'passkeyName'>,
  passkey: NewPasskey,
): Promise<boolean> {
  const inserted = await from(tx)
    .insertInto('passkeys')
    .values({
      id: passkey.id,
      tenant_id: tx.tenant,
      person_id: passkey.person,
      credential_id: passkey.credentialId,
      public_key: passkey.publicKey,
      sign_count: passkey.signCount,
      name: await passkeyName.close(tx, passkey.id, passkey.name, `Person/${passkey.person}`),
      aaguid: passkey.aaguid,
      attestation: passkey.attestation,
      transports: [...passkey.transports],
      backup_eligible: passkey.backupEligible,
      backed_up: passkey.backedUp,
      registered_at: passkey.registeredAt,
      last_used_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** The person's passkeys, the oldest first. */
export async function passkeysOf(tx: Reading, person: string): Promise<readonly Passkey[]> {
  const rows = await from(tx)
    .selectFrom('passkeys')
    .select(columnsOf)
    .where('person_id', '=', person)
    .orderBy('id')
    .execute()
  return rows.map(read)
}

export async function namesOfPasskeys(
  tx: Reading,
  { passkeyName }: Pick<MfaColumns, 'passkeyName'>,
  person: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await from(tx)
    .selectFrom('passkeys')
    .select(['id as row', 'name as sealed'])
    .where('person_id', '=', person)
    .execute()
  const names = await passkeyName.openAll(tx, rows)
  return new Map(rows.map(({ row }, at) => [row, names[at] ?? '']))
}

export async function findPasskey(tx: Reading, credentialId: Buffer): Promise<Passkey | null> {
  const row = await from(tx)
    .selectFrom('passkeys')
    .select(columnsOf)
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
  return row === undefined ? null : read(row)
}

/**
 * Writes a use down (WebAuthn level 3, section 7.2, step 22). An authenticator that counts counts up: of two that claim the
 * same count one is a copy. Asked in one statement, so that two uses at once cannot both be the next.
 * @returns false when the counter has not gone up, or the passkey is gone or given up
 */
export async function usePasskey(
  tx: Tx,
  { id, count, backedUp, now }: { id: string; count: number; backedUp: boolean; now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    UPDATE passkeys SET sign_count = ${count}, backed_up = ${backedUp}, last_used_at = ${now}
    WHERE id = ${id}::uuid AND cloned_at IS NULL AND (sign_count < ${count} OR (sign_count = 0 AND ${count}::bigint = 0))
    RETURNING 1`.execute(tx.kysely())
  return rows.length > 0
}

/** It is accepted no more. @returns whether it was until now */
export async function markCloned(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { rows } = await sql`
    UPDATE passkeys SET cloned_at = ${now} WHERE id = ${id}::uuid AND cloned_at IS NULL RETURNING 1`.execute(
    tx.kysely(),
  )
  return rows.length > 0
}

/** @returns false when the person has no such passkey */
export async function renamePasskey(
  tx: Tx,
  { passkeyName }: Pick<MfaColumns, 'passkeyName'>,
  { id, person, name }: { readonly id: string; readonly person: string; readonly name: string },
): Promise<boolean> {
  const row = await from(tx)
    .updateTable('passkeys')
    .set({ name: await passkeyName.close(tx, id, name, `Person/${person}`) })
    .where('id', '=', id)
    .where('person_id', '=', person)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** @param id of one; all of the person when not said. @returns how many there were */
export async function removePasskeys(tx: Tx, person: string, id?: string): Promise<number> {
  let remove = from(tx).deleteFrom('passkeys').where('person_id', '=', person)
  if (id !== undefined) remove = remove.where('id', '=', id)
  return (await remove.returning('id').execute()).length
}
