import { type Kysely, sql } from 'kysely'
import type { Reading } from '../../directory/index.ts'
import type { EncryptedColumn } from '../../keys/index.ts'
import type { SigninTables } from '../tables.ts'
import type { SigninColumns } from './columns.ts'
import { personAcr, type SessionRow, sessionColumns } from './sessions.ts'

const from = (tx: Reading): Kysely<SigninTables> => tx.kysely<SigninTables>()

export interface SourcedSession extends SessionRow {
  /** of the sign-in */
  readonly address: string | null
  readonly userAgent: string | null
  /** what its person calls the device */
  readonly deviceName: string | null
  /** the network from which it was used last */
  readonly seenFrom: string | null
}

type Columns = Pick<SigninColumns, 'address' | 'userAgent' | 'deviceName' | 'seenFrom'>

/** Newest first, each with where its person signed in from. Sign-ins that are not finished are no sessions yet. */
export async function selectLiveSessions(
  tx: Reading,
  columns: Columns,
  page: {
    readonly person?: string | undefined
    readonly after?: string | undefined
    readonly limit: number
    readonly now: Date
  },
): Promise<SourcedSession[]> {
  let select = from(tx)
    .selectFrom('sessions')
    .select(sessionColumns)
    .select(personAcr)
    .where('ended_at', 'is', null)
    .where('pending', '=', false)
    .where('expires_at', '>', page.now)
    .where('idle_at', '>', page.now)
    .orderBy('id', 'desc')
    .limit(page.limit)
  if (page.person !== undefined) select = select.where('person_id', '=', page.person)
  if (page.after !== undefined) select = select.where('id', '<', page.after)
  return withSources(tx, columns, await select.execute())
}

type Sealed = 'address' | 'user_agent' | 'device_name' | 'seen_from'

async function withSources(tx: Reading, columns: Columns, rows: readonly SessionRow[]): Promise<SourcedSession[]> {
  const signIns = [...new Set(rows.map(({ id, parent }) => parent ?? id))]
  if (signIns.length === 0) return []
  const sealed = await from(tx)
    .selectFrom('sessions')
    .select(['id', 'address', 'user_agent', 'device_name', 'seen_from'])
    .where('id', 'in', signIns)
    .execute()
  const opened = async (column: EncryptedColumn, of: Sealed) => {
    const items = sealed.flatMap((row) => (row[of] === null ? [] : [{ row: row.id, sealed: row[of] }]))
    const texts = await column.openAll(tx, items)
    return new Map(items.map(({ row }, place) => [row, texts[place] ?? null]))
  }
  const addresses = await opened(columns.address, 'address')
  const userAgents = await opened(columns.userAgent, 'user_agent')
  const names = await opened(columns.deviceName, 'device_name')
  const networks = await opened(columns.seenFrom, 'seen_from')
  return rows.map((row) => {
    const signIn = row.parent ?? row.id
    return {
      ...row,
      address: addresses.get(signIn) ?? null,
      userAgent: userAgents.get(signIn) ?? null,
      deviceName: names.get(signIn) ?? null,
      seenFrom: networks.get(signIn) ?? null,
    }
  })
}

/** @returns whether there was a live sign-in of this person to name */
export async function writeDeviceName(
  tx: Reading,
  { id, person, name }: { readonly id: string; readonly person: string; readonly name: Buffer | null },
): Promise<boolean> {
  const { rows } = await sql`
    UPDATE sessions SET device_name = ${name} WHERE id = ${id}::uuid AND person_id = ${person}::uuid AND kind = 'sign-in'
      AND ended_at IS NULL AND NOT pending RETURNING id`.execute(tx.kysely())
  return rows.length > 0
}

/** Of everybody, in one order. @param keep the one that is to stay */
export async function everyLiveSignIn(tx: Reading, keep: string | null): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM sessions WHERE kind = 'sign-in' AND ended_at IS NULL AND id IS DISTINCT FROM ${keep}::uuid
    ORDER BY id`.execute(tx.kysely())
  return rows.map(({ id }) => id)
}
