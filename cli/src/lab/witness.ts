/** Reads a database of the shop, and writes nothing. */
export interface Witness {
  /** Cents; undefined when there is no wallet. */
  readonly balance: (person: string) => Promise<number | undefined>
  /** The cheapest price per piece, in cents, that this person has paid for this product. */
  readonly cheapest: (person: string, product: string) => Promise<number | undefined>
  readonly review: (id: string) => Promise<boolean>
  /** An order of this person, or undefined. */
  readonly anOrder: (person: string) => Promise<string | undefined>
  /** A review by this person, or undefined. */
  readonly aReview: (person: string) => Promise<string | undefined>
  /** The whole row. */
  readonly profile: (person: string) => Promise<Readonly<Record<string, unknown>>>
  /** Characters. */
  readonly longestReview: () => Promise<number>
  /** What the shop stores of a person that others may not read: e-mail, phone, card and whatever else there is. */
  readonly sensitive: (person: string) => Promise<readonly string[]>
}

/** A connection that is only asked. */
export interface Readable {
  query(text: string, values: readonly unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

export function witnessOf(database: Readable): Witness {
  async function value(text: string, values: readonly unknown[]): Promise<unknown> {
    const { rows } = await database.query(text, values)
    return rows[0]?.['value'] ?? undefined
  }
  const number = async (text: string, values: readonly unknown[]) => asNumber(await value(text, values))
  const string = async (text: string, values: readonly unknown[]) => asString(await value(text, values))
  return {
    balance: (person) => number('SELECT balance_cents AS value FROM wallets WHERE person_id = $1', [person]),
    cheapest: (person, product) =>
      number('SELECT min(unit_price_cents) AS value FROM orders WHERE person_id = $1 AND product_id = $2', [
        person,
        product,
      ]),
    review: async (id) => (await string('SELECT id::text AS value FROM reviews WHERE id = $1', [id])) !== undefined,
    anOrder: (person) => string('SELECT id::text AS value FROM orders WHERE person_id = $1 LIMIT 1', [person]),
    aReview: (person) => string('SELECT id::text AS value FROM reviews WHERE author_id = $1 LIMIT 1', [person]),
    profile: async (person) =>
      (await database.query('SELECT * FROM profiles WHERE person_id = $1', [person])).rows[0] ?? {},
    longestReview: async () => (await number('SELECT max(length(text)) AS value FROM reviews', [])) ?? 0,
    sensitive: async (person) => {
      const { rows } = await database.query('SELECT * FROM profiles WHERE person_id = $1', [person])
      const { person_id: _, display_name: __, role: ___, ...rest } = rows[0] ?? {}
      return Object.values(rest).flatMap((value) => (typeof value === 'string' && value !== '' ? [value] : []))
    },
  }
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
