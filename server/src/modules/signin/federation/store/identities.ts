import { sql } from 'kysely'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../../directory/index.ts'

export type LinkedBy = 'sign-up' | 'person' | 'invitation'

export interface NewIdentity {
  readonly id: string
  readonly connection: string
  readonly person: string
  readonly subjectKey: Buffer
  readonly label: Buffer
  readonly by: LinkedBy
  readonly now: Date
}

/** @returns false when the account is linked already, to whomever */
export async function insertIdentity(tx: Tx, identity: NewIdentity): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO upstream_identities (id, tenant_id, connection_id, person_id, subject_key, label, linked_by, linked_at)
    VALUES (${identity.id}::uuid, ${tx.tenant}::uuid, ${identity.connection}, ${identity.person}::uuid,
      ${identity.subjectKey}, ${identity.label}, ${identity.by}, ${identity.now})
    ON CONFLICT ON CONSTRAINT upstream_identities_subject DO NOTHING`.execute(tx.kysely())
  return numAffectedRows === 1n
}

/** @returns whose account it is; it stays theirs until the transaction ends */
export async function useIdentity(
  tx: Tx,
  { connection, subjectKey, now }: { readonly connection: string; readonly subjectKey: Buffer; readonly now: Date },
): Promise<{ readonly id: string; readonly person: string } | null> {
  const { rows } = await sql<{ id: string; person: string }>`
    UPDATE upstream_identities SET last_used_at = ${now}
    WHERE connection_id = ${connection} AND subject_key = ${subjectKey}
    RETURNING id, person_id AS person`.execute(tx.kysely())
  return rows[0] ?? null
}

export interface IdentityRow {
  readonly id: string
  readonly connection: string
  readonly name: string
  readonly preset: string
  readonly label: Buffer
  readonly linkedBy: LinkedBy
  readonly linkedAt: Date
  readonly lastUsedAt: Date | null
}

export async function identitiesOf(tx: Reading, person: string): Promise<readonly IdentityRow[]> {
  const { rows } = await sql<IdentityRow>`
    SELECT i.id, i.connection_id AS connection, c.name, c.preset, i.label, i.linked_by AS "linkedBy",
      i.linked_at AS "linkedAt", i.last_used_at AS "lastUsedAt"
    FROM upstream_identities i JOIN connections c ON c.tenant_id = i.tenant_id AND c.id = i.connection_id
    WHERE i.person_id = ${person}::uuid ORDER BY i.linked_at, i.id`.execute(tx.kysely())
  return rows
}

/** @returns the connection that it was of; null when the person has no such account */
export async function deleteIdentity(tx: Tx, person: string, id: string): Promise<string | null> {
  const { rows } = await sql<{ connection: string }>`
    DELETE FROM upstream_identities WHERE person_id = ${person}::uuid AND id = ${id}::uuid
    RETURNING connection_id AS connection`.execute(tx.kysely())
  return rows[0]?.connection ?? null
}
