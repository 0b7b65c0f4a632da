import { readFile } from 'node:fs/promises'
import { CATALOGUE, OPENING_BALANCE, REVIEWS } from './catalogue.ts'
import type { Database, Queryable } from './connection.ts'

/** First name in lower case -> person id (uuid); for the guarded shop the id that Holdfast gave. */
export type People = Readonly<Record<string, string>>

/** What a seed knows of a person. The naive shop stores two more things of them: see naive/seed.ts. */
export interface Customer {
  id: string
  name: string
  displayName: string
  email: string
  phone: string
  cardLast4: string
}

/** Creates the tables where they are missing. An advisory lock lets several processes start at once. */
export async function createTables(database: Database, file: 'guarded.sql' | 'naive.sql'): Promise<void> {
  const sql = await readFile(new URL(file, import.meta.url), 'utf8')
  await database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock(7410)')
    await tx.query(sql)
  })
}

/** Fills an empty shop. Each part is sown once and never again: what was sold, spent or deleted stays so. */
export async function seed(database: Database, people: People): Promise<void> {
  await database.transaction(async (tx) => {
    if (await claim(tx, 'catalogue')) await sowCatalogue(tx)
    for (const [position, [name, id]] of Object.entries(people).entries()) {
      if (await claim(tx, `person ${id}`)) await sowCustomer(tx, customer(name, id), position)
    }
  })
}

/** @returns whether this caller is the one who sows it */
export async function claim(tx: Queryable, name: string): Promise<boolean> {
  const { rows } = await tx.query('INSERT INTO seeds (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING name', [name])
  return rows.length === 1
}

export function customer(name: string, id: string): Customer {
  const digits = String(name.split('').reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 10_000, 7))
  return {
    id,
    name,
    displayName: name.charAt(0).toUpperCase() + name.slice(1),
    email: `${name}@shop.example`,
    phone: `+49 30 555 ${digits}`,
    cardLast4: digits.padStart(4, '0'),
  }
}

async function sowCatalogue(tx: Queryable): Promise<void> {
  for (const { id, name, description, price, stock } of CATALOGUE) {
    await tx.query('INSERT INTO products (id, name, description, price_cents, stock) VALUES ($1, $2, $3, $4, $5)', [
      id,
      name,
      description,
      price,
      stock,
    ])
  }
}

async function sowCustomer(tx: Queryable, person: Customer, position: number): Promise<void> {
  // The person may have come by the front door before the seed did: what they have, they keep.
  await tx.query(
    `INSERT INTO profiles (person_id, display_name, email, phone, card_last4) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (person_id) DO NOTHING`,
    [person.id, person.displayName, person.email, person.phone, person.cardLast4],
  )
  await tx.query('INSERT INTO wallets (person_id, balance_cents) VALUES ($1, $2) ON CONFLICT (person_id) DO NOTHING', [
    person.id,
    OPENING_BALANCE,
  ])
  const review = REVIEWS[position]
  if (review === undefined) return
  await tx.query('INSERT INTO reviews (product_id, author_id, rating, text) VALUES ($1, $2, $3, $4)', [
    review.product,
    person.id,
    review.rating,
    review.text,
  ])
}
