import type { Principal } from '@holdfast/sdk'
import type { Database } from '../database/connection.ts'

/** What somebody gets who comes for the first time, in cents. */
const WELCOME = 5000

/**
 * Makes sure that whoever is signed in has a profile and a wallet here. Names and addresses stay in the directory:
 * the identity carries none, and the person fills in what they want this shop to know.
 */
export function peopleOf(database: Database): (principal: Principal) => Promise<void> {
  const known = new Set<string>()
  return async (principal) => {
    if (principal.type !== 'Person' || known.has(principal.id)) return
    await database.transaction(async (tx) => {
      await tx.query(
        `INSERT INTO profiles (person_id, display_name) VALUES ($1, 'New customer') ON CONFLICT (person_id) DO NOTHING`,
        [principal.id],
      )
      await tx.query(
        'INSERT INTO wallets (person_id, balance_cents) VALUES ($1, $2) ON CONFLICT (person_id) DO NOTHING',
        [principal.id, WELCOME],
      )
    })
    if (known.size > 10_000) known.clear()
    known.add(principal.id)
  }
}

export async function displayName(database: Database, principal: Principal): Promise<string> {
  const { rows } = await database.query<{ display_name: string }>(
    'SELECT display_name FROM profiles WHERE person_id = $1',
    [principal.id],
  )
  return rows[0]?.display_name ?? 'Signed in'
}
