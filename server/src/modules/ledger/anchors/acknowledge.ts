import { sql } from 'kysely'
import type { Database, Transaction } from '../../../platform/database/database.ts'
import { readHead } from '../store/head.ts'
import type { LedgerKeys } from '../stored.ts'
import { rootAt } from './compare.ts'

type Installation = Pick<LedgerKeys, 'installation'>

const place = (id: string) => ({ table: 'log_acknowledgements', row: id, column: 'sealed' })

/** What an operator has said to be the log from now on, whatever was anchored before. */
interface Accepted {
  readonly time: string
  readonly size: number
  readonly root: string
}

/** Closes what is accepted, so that whoever only writes to the database cannot accept anything. */
export async function sealAcceptance(
  database: Database,
  { installation }: Installation,
  id: string,
  now: Date,
): Promise<Buffer> {
  const { size, root } = await database.asSystem(readHead)
  const accepted: Accepted = { time: now.toISOString(), size, root: root.toString('hex') }
  return installation.close(place(id), Buffer.from(JSON.stringify(accepted)))
}

export async function insertAcceptance(
  tx: Pick<Transaction, 'kysely'>,
  id: string,
  sealed: Buffer,
  now: Date,
): Promise<void> {
  await sql`INSERT INTO log_acknowledgements (id, time, sealed) VALUES (${id}::uuid, ${now}, ${sealed})`.execute(
    tx.kysely(),
  )
}

/**
 * @param after when an anchor was last written to: an acknowledgement of before was not of what it says
 * @returns the newest acknowledgement that accepts a history which the log continues
 */
export async function acceptance(
  database: Database,
  { installation }: Installation,
  after: Date,
): Promise<string | undefined> {
  const { rows } = await database.asSystem((tx) =>
    sql<{ id: string; sealed: Buffer }>`
      SELECT id, sealed FROM log_acknowledgements WHERE time > ${after} ORDER BY time DESC LIMIT 20`.execute(
      tx.kysely(),
    ),
  )
  for (const { id, sealed } of rows) {
    const accepted = await installation.open(place(id), sealed).then(
      (plain) => JSON.parse(plain.toString('utf8')) as Accepted,
      () => undefined,
    )
    if (accepted === undefined || new Date(accepted.time) <= after) continue
    if (await continues(database, accepted)) return id
  }
  return undefined
}

function continues(database: Database, { size, root }: Accepted): Promise<boolean> {
  return database.asSystem(async (tx) => {
    const head = await readHead(tx)
    if (head.size < size) return false
    if (size === 0) return true
    return (await rootAt(tx, size, head.size)).toString('hex') === root
  })
}
