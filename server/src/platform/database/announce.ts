import { sql } from 'kysely'
import type { Transaction } from './database.ts'

type Db = Pick<Transaction, 'kysely'>

const announced = new WeakMap<object, Set<string>>()

/** Begins to note what a transaction announces. @returns the channels, filled in until it ends */
export function noteAnnounced(tx: Db): ReadonlySet<string> {
  const channels = new Set<string>()
  announced.set(tx.kysely(), channels)
  return channels
}

/**
 * Calls whoever listens to the channel, when and if the transaction commits. In this process that is before the commit is
 * answered, so that who has changed something and asks at once is not told what is remembered of before; elsewhere, by NOTIFY.
 */
export async function announce(tx: Db, channel: string): Promise<void> {
  await sql`SELECT pg_notify(${channel}, '')`.execute(tx.kysely())
  announceHere(tx, channel)
}

/** The same in this process alone, which costs nothing. */
export function announceHere(tx: Db, channel: string): void {
  announced.get(tx.kysely())?.add(channel)
}
