import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../../platform/work.ts'
import type { EncryptedColumn, Keyring } from '../../keys/index.ts'
import type { DirectoryTables } from '../tables.ts'
import { isId } from '../shapes.ts'
import { emailKey } from '../text.ts'
import type { PersonAccount, PersonRecord, PersonState, Reading, SignedIn } from '../types.ts'
import { groupsAboveOf } from './memberships.ts'

const from = (tx: Reading): Kysely<DirectoryTables> => tx.kysely<DirectoryTables>()

export interface PersonRow extends PersonRecord {
  readonly emailVerifiedAt: Date | null
  readonly createdAt: Date
  readonly lastSignInAt: Date | null
}

interface SealedPerson extends Omit<PersonRow, 'email' | 'name'> {
  readonly email: Buffer
  readonly name: Buffer
}

export interface PeoplePage {
  /** a part of the name or of the address */
  readonly query?: string | undefined
  /** the last id of the page before */
  readonly after?: string | undefined
  readonly limit: number
}

/** The table of people. Who has the database alone reads neither a name nor an address in it. */
export interface People {
  /** @returns false when another person has the address */
  insert(
    tx: Tx,
    person: {
      readonly id: string
      readonly email: string
      readonly name: string
      readonly now: Date
      readonly emailVerifiedAt?: Date | null
    },
  ): Promise<boolean>
  find(tx: Reading, id: string): Promise<PersonRow | null>
  /** Opens nothing. */
  account(tx: Reading, id: string): Promise<PersonAccount | null>
  /** Until the transaction ends nobody else changes the person, and nobody signs in as them. */
  lock(tx: Tx, id: string): Promise<PersonRow | null>
  findAll(tx: Reading, ids: readonly string[]): Promise<ReadonlyMap<string, PersonRow>>
  /** Opens nothing, so that it takes as long for an address that nobody has. */
  findByEmail(tx: Reading, email: string): Promise<PersonAccount | null>
  /**
   * Newest first. A query is looked for in what was decrypted, in a bounded number of people: a page may then hold fewer
   * than its limit, or none, and yet have a next one.
   * @returns next: what to pass as `after`; null when there is nothing more
   */
  page(tx: Reading, page: PeoplePage): Promise<{ readonly rows: readonly PersonRow[]; readonly next: string | null }>
  update(
    tx: Tx,
    id: string,
    change: { readonly name: string; readonly state: PersonState; readonly now: Date },
  ): Promise<void>
  /** @param verifiedAt when the person showed that it is theirs @returns false when another person has the address */
  setEmail(
    tx: Tx,
    id: string,
    change: { readonly email: string; readonly verifiedAt: Date | null; readonly now: Date },
  ): Promise<boolean>
  /** The person has shown that the address which they have is theirs. */
  verifyEmail(tx: Tx, id: string, now: Date): Promise<void>
  /** `findByEmail`, as a part of another statement: one row of a person's id, tenant and state, or none. */
  whoHas(tx: Reading, email: string): Promise<RawBuilder<PersonAccount>>
  /**
   * Locks the row: a person who is being disabled is either refused here, or loses this session as well.
   * @returns who it is, with the groups above them; null when they are unknown, or disabled
   */
  hold(tx: Tx, id: string): Promise<SignedIn | null>
  touch(tx: Tx, id: string, at: Date): Promise<void>
  /** Makes the key by which addresses are found: a first sign-in only reads. */
  provision(tx: Tx): Promise<void>
}

const columns = [
  'id',
  'tenant_id as tenant',
  'email',
  'name',
  'state',
  'email_verified_at as emailVerifiedAt',
  'created_at as createdAt',
  'last_sign_in_at as lastSignInAt',
] as const

const account = ['id', 'tenant_id as tenant', 'state'] as const

/** People that one page looks through for its query: about a tenth of a second. */
const lookedThrough = 5000
const atOnce = 500

const purpose = 'directory'
/** What is shown for a person whose key was destroyed. */
const erased = '[erased]'

export function createPeople(keys: Pick<Keyring, 'encrypted' | 'blindIndex'>): People {
  const email = keys.encrypted({ table: 'people', column: 'email', purpose })
  const name = keys.encrypted({ table: 'people', column: 'name', purpose })

  async function indexed(tx: Reading, text: string): Promise<Buffer> {
    return (await keys.blindIndex(tx, purpose))('people.email_key', emailKey(text))
  }

  /** Before a tenant is known its people are found as the system: their rows say whose they are. */
  async function open(tx: Reading, rows: readonly SealedPerson[]): Promise<PersonRow[]> {
    const tenant = tx.tenant ?? rows[0]?.tenant
    if (tenant === undefined) return []
    const own: Reading = { tenant, kysely: () => tx.kysely() }
    const texts = (column: EncryptedColumn, of: 'email' | 'name') =>
      column.openAll(
        own,
        rows.map((row) => ({ row: row.id, sealed: row[of] })),
      )
    // One after the other: the keys that the first had to read are at hand for the second.
    const emails = await texts(email, 'email')
    const names = await texts(name, 'name')
    return rows.map((row, place) => ({ ...row, email: emails[place] ?? erased, name: names[place] ?? erased }))
  }

  async function one(tx: Reading, row: SealedPerson | undefined): Promise<PersonRow | null> {
    const [opened = null] = row === undefined ? [] : await open(tx, [row])
    return opened
  }

  function sealedPage(tx: Reading, { after, limit }: PeoplePage): Promise<SealedPerson[]> {
    const select = from(tx).selectFrom('people').select(columns).orderBy('id', 'desc').limit(limit)
    return (after === undefined ? select : select.where('id', '<', after)).execute()
  }

  async function unfiltered(tx: Reading, page: PeoplePage) {
    const sealed = await sealedPage(tx, { ...page, limit: page.limit + 1 })
    const rows = await open(tx, sealed.slice(0, page.limit))
    return { rows, next: sealed.length > page.limit ? (rows.at(-1)?.id ?? null) : null }
  }

  async function filtered(tx: Reading, { query, limit, ...page }: PeoplePage & { readonly query: string }) {
    const wanted = folded(query)
    const rows: PersonRow[] = []
    let { after } = page
    for (let looked = 0; looked < lookedThrough; looked += atOnce) {
      const sealed = await sealedPage(tx, { after, limit: atOnce })
      for (const row of await open(tx, sealed)) {
        if (rows.length === limit) return { rows, next: rows.at(-1)?.id ?? null }
        if (folded(row.name).includes(wanted) || folded(row.email).includes(wanted)) rows.push(row)
      }
      if (sealed.length < atOnce) return { rows, next: null }
      after = sealed.at(-1)?.id
    }
    return { rows, next: after ?? null }
  }

  return {
    async insert(tx, person) {
      const subject = subjectOf(person.id)
      const { numInsertedOrUpdatedRows } = await from(tx)
        .insertInto('people')
        .values({
          id: person.id,
          tenant_id: tx.tenant,
          email: await email.close(tx, person.id, person.email, subject),
          email_key: await indexed(tx, person.email),
          name: await name.close(tx, person.id, person.name, subject),
          email_verified_at: person.emailVerifiedAt ?? null,
          created_at: person.now,
          updated_at: person.now,
        })
        .onConflict((conflict) => conflict.constraint('people_email').doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n
    },
    async find(tx, id) {
      return one(tx, await from(tx).selectFrom('people').select(columns).where('id', '=', id).executeTakeFirst())
    },
    async account(tx, id) {
      const row = await from(tx).selectFrom('people').select(account).where('id', '=', id).executeTakeFirst()
      return row ?? null
    },
    async lock(tx, id) {
      return one(
        tx,
        await from(tx).selectFrom('people').select(columns).where('id', '=', id).forUpdate().executeTakeFirst(),
      )
    },
    async findAll(tx, ids) {
      if (ids.length === 0) return new Map()
      const rows = await open(tx, await from(tx).selectFrom('people').select(columns).where('id', 'in', ids).execute())
      return new Map(rows.map((row) => [row.id, row]))
    },
    async findByEmail(tx, text) {
      const row = await from(tx)
        .selectFrom('people')
        .select(account)
        .where('email_key', '=', await indexed(tx, text))
        .executeTakeFirst()
      return row ?? null
    },
    page: (tx, { query, ...page }) => (query === undefined ? unfiltered(tx, page) : filtered(tx, { ...page, query })),
    async update(tx, id, change) {
      const sealed = await name.close(tx, id, change.name, subjectOf(id))
      await from(tx)
        .updateTable('people')
        .set({ name: sealed, state: change.state, updated_at: change.now })
        .where('id', '=', id)
        .execute()
    },
    async setEmail(tx, id, change) {
      const key = await indexed(tx, change.email)
      const sealed = await email.close(tx, id, change.email, subjectOf(id))
      await sql`SAVEPOINT set_email`.execute(tx.kysely())
      try {
        await from(tx)
          .updateTable('people')
          .set({ email: sealed, email_key: key, email_verified_at: change.verifiedAt, updated_at: change.now })
          .where('id', '=', id)
          .execute()
        return true
      } catch (error) {
        if ((error as { constraint?: string }).constraint !== 'people_email') throw error
        await sql`ROLLBACK TO SAVEPOINT set_email`.execute(tx.kysely())
        return false
      }
    },
    async verifyEmail(tx, id, now) {
      await from(tx).updateTable('people').set({ email_verified_at: now }).where('id', '=', id).execute()
    },
    async whoHas(tx, text) {
      return sql<PersonAccount>`SELECT id, tenant_id AS tenant, state FROM people WHERE email_key = ${await indexed(tx, text)}`
    },
    async hold(tx, id) {
      const { rows } = await sql<{ name: Buffer; groups: string[] }>`
        SELECT name, ${groupsAboveOf('person_id', sql`people.id`)} AS groups
        FROM people WHERE id = ${id}::uuid AND state = 'active' FOR NO KEY UPDATE`.execute(tx.kysely())
      const [row] = rows
      if (row === undefined) return null
      return { name: (await name.open(tx, id, row.name)) ?? erased, groups: row.groups }
    },
    async touch(tx, id, at) {
      await sql`UPDATE people SET last_sign_in_at = ${at} WHERE id = ${id}::uuid`.execute(tx.kysely())
    },
    async provision(tx) {
      await keys.blindIndex(tx, purpose)
    },
  }
}

const subjectOf = (id: string) => `Person/${id}`

const folded = (text: string) => text.normalize('NFC').toLowerCase()

export async function removePerson(tx: Tx, id: string): Promise<void> {
  await from(tx).deleteFrom('people').where('id', '=', id).execute()
}

/** @returns which of these are people of the tenant */
export async function peopleAmong(tx: Reading, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const wanted = ids.filter(isId)
  if (wanted.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`SELECT id FROM people WHERE id = ANY (${wanted}::uuid[])`.execute(
    tx.kysely(),
  )
  return new Set(rows.map(({ id }) => id))
}

export async function countPeople(tx: Reading): Promise<{ total: number; active: number; disabled: number }> {
  const { rows } = await sql<{ total: number; active: number }>`
    SELECT count(*)::int AS total, count(*) FILTER (WHERE state = 'active')::int AS active FROM people`.execute(
    tx.kysely(),
  )
  const { total = 0, active = 0 } = rows[0] ?? {}
  return { total, active, disabled: total - active }
}
