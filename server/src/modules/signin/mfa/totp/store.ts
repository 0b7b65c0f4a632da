import { type Kysely, sql } from 'kysely'
import type { Tx } from '../../../../platform/work.ts'
import type { Reading } from '../../../directory/index.ts'
import type { MfaColumns } from '../columns.ts'
import type { MfaTables } from '../tables.ts'

const from = (tx: Reading): Kysely<MfaTables> => tx.kysely<MfaTables>()

/** An authenticator app that shares a secret with us. */
export interface AuthenticatorApp {
  readonly id: string
  readonly key: Uint8Array
}

type Columns = Pick<MfaColumns, 'totpSecret'>

/** Begins an enrolment. Earlier ones that were not confirmed are over; a confirmed app stays until another one is. */
export async function beginApp(
  tx: Tx,
  columns: Columns,
  { id, person, key, now }: AuthenticatorApp & { readonly person: string; readonly now: Date },
): Promise<void> {
  await from(tx)
    .deleteFrom('authenticator_apps')
    .where('person_id', '=', person)
    .where('confirmed_at', 'is', null)
    .execute()
  const secret = await columns.totpSecret.close(tx, id, Buffer.from(key).toString('base64'), `Person/${person}`)
  await from(tx)
    .insertInto('authenticator_apps')
    .values({ id, tenant_id: tx.tenant, person_id: person, secret, begun_at: now })
    .execute()
}

/** @returns the app that is being set up; null when there is none of this id, begun since then */
export function findBegunApp(
  tx: Reading,
  columns: Columns,
  { id, person, since }: { readonly id: string; readonly person: string; readonly since: Date },
): Promise<AuthenticatorApp | null> {
  return opened(
    tx,
    columns,
    from(tx)
      .selectFrom('authenticator_apps')
      .select(['id', 'secret'])
      .where('id', '=', id)
      .where('person_id', '=', person)
      .where('confirmed_at', 'is', null)
      .where('begun_at', '>', since)
      .executeTakeFirst(),
  )
}

/** @returns the person's app; null when they have none, or its key was destroyed */
export function findApp(tx: Reading, columns: Columns, person: string): Promise<AuthenticatorApp | null> {
  return opened(
    tx,
    columns,
    from(tx)
      .selectFrom('authenticator_apps')
      .select(['id', 'secret'])
      .where('person_id', '=', person)
      .where('confirmed_at', 'is not', null)
      .executeTakeFirst(),
  )
}

async function opened(
  tx: Reading,
  { totpSecret }: Columns,
  found: Promise<{ readonly id: string; readonly secret: Buffer } | undefined>,
): Promise<AuthenticatorApp | null> {
  const row = await found
  const text = row === undefined ? null : await totpSecret.open(tx, row.id, row.secret)
  return row === undefined || text === null ? null : { id: row.id, key: Buffer.from(text, 'base64') }
}

/** The enrolment is complete; it takes the place of the app that there was. @returns false when somebody was quicker */
export async function confirmApp(
  tx: Tx,
  {
    id,
    person,
    step,
    now,
  }: { readonly id: string; readonly person: string; readonly step: number; readonly now: Date },
): Promise<boolean> {
  await removeApp(tx, person)
  const { rows } = await sql`
    UPDATE authenticator_apps SET confirmed_at = ${now}, last_used_at = ${now}, last_step = ${step}
    WHERE id = ${id}::uuid AND confirmed_at IS NULL RETURNING 1`.execute(tx.kysely())
  return rows.length > 0
}

/**
 * Takes a time step for good: of all who show its code at once, on all replicas, one gets it, and nobody a step that is
 * earlier than one that was taken (RFC 6238, section 5.2; ASVS 5.0, 6.5.1).
 */
export async function takeStep(tx: Tx, { id, step, now }: { id: string; step: number; now: Date }): Promise<boolean> {
  const { rows } = await sql`
    UPDATE authenticator_apps SET last_step = ${step}, last_used_at = ${now}
    WHERE id = ${id}::uuid AND last_step < ${step} RETURNING 1`.execute(tx.kysely())
  return rows.length > 0
}

/** @returns whether there was one */
export async function removeApp(tx: Tx, person: string): Promise<boolean> {
  const { rows } = await sql`
    DELETE FROM authenticator_apps WHERE person_id = ${person}::uuid AND confirmed_at IS NOT NULL RETURNING 1`.execute(
    tx.kysely(),
  )
  return rows.length > 0
}

/** As the system: what was begun and never confirmed. */
export async function forgetBegunApps(tx: Reading, before: Date): Promise<void> {
  await sql`DELETE FROM authenticator_apps WHERE confirmed_at IS NULL AND begun_at < ${before}`.execute(tx.kysely())
}
