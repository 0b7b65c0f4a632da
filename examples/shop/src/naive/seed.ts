import type { Database } from '../database/connection.ts'
import { claim, customer, type People } from '../database/seed.ts'

/** Who is in the naive shop when nobody says otherwise. */
export const NAIVE_PEOPLE: People = {
  ada: '0b9d5a8e-5f5b-4f0e-9d3c-1a2b3c4d5e01',
  ben: '0b9d5a8e-5f5b-4f0e-9d3c-1a2b3c4d5e02',
  mia: '0b9d5a8e-5f5b-4f0e-9d3c-1a2b3c4d5e03',
}

/** The password of a seeded person: as easily guessed as it looks. */
function naivePassword(name: string): string {
  return `${name}123`
}

/**
 * BAD: stores the password as typed, the full card number and a role that the page may overwrite.
 * Guarded: a person id and the last four digits; password and groups live in Holdfast.
 */
export async function sowSecrets(database: Database, people: People): Promise<void> {
  await database.transaction(async (tx) => {
    for (const [name, id] of Object.entries(people)) {
      if (!(await claim(tx, `secrets ${id}`))) continue
      await tx.query('UPDATE profiles SET card_number = $2, password = $3, role = $4 WHERE person_id = $1', [
        id,
        `411111111111${customer(name, id).cardLast4}`,
        naivePassword(name),
        name === 'ada' ? 'admin' : 'customer',
      ])
    }
  })
}
