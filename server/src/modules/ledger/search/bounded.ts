import { sql } from 'kysely'
import type { Transaction } from '../../../platform/database/database.ts'
import { asSystemIn } from '../../../platform/database/elevate.ts'

/** The question was ended because it took too long. */
export const tooLong = Symbol('too long')

/** Least milliseconds that a question gets. */
const least = 50

/**
 * Asks as the system, for at most so many milliseconds.
 * @param read begins a transaction of its own: a statement that was ended takes its transaction with it
 */
export async function askBounded<T>(
  read: <R>(run: (tx: Transaction) => Promise<R>) => Promise<R>,
  milliseconds: number,
  ask: (tx: Transaction) => Promise<T>,
): Promise<T | typeof tooLong> {
  try {
    return await read(async (tx) => {
      const timeout = String(Math.max(least, Math.round(milliseconds)))
      await sql`SELECT set_config('statement_timeout', ${timeout}, true)`.execute(tx.kysely())
      return asSystemIn(tx, () => ask(tx))
    })
  } catch (error) {
    if (wasCancelled(error)) return tooLong
    throw error
  }
}

/** SQLSTATE 57014, which the platform passes on as the cause of its own fault. */
function wasCancelled(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } }
  return code === '57014' || cause?.code === '57014'
}
