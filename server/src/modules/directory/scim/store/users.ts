import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../../../platform/work.ts'
import type { DirectoryDeps, PersonState, Reading } from '../../types.ts'
import { emailKey } from '../../text.ts'
import { folded } from '../filter/compare.ts'
import type { Lookup } from '../filter/indexed.ts'
import type { Resource } from '../schema/attribute.ts'
import type { Scope } from '../scope.ts'
import type { ScimTables } from '../tables.ts'
import { textOf } from '../schema/find.ts'
import { emailsOf } from '../users/login.ts'

const from = (tx: Reading): Kysely<ScimTables> => tx.kysely<ScimTables>()

export interface UserRow {
  readonly id: string
  readonly service: string | null
  /** whether the person may sign in */
  readonly state: PersonState
  /** whether the provisioning service wants that */
  readonly active: boolean
  /** whether an operator has disabled the person */
  readonly held: boolean
  readonly version: string
  readonly createdAt: Date
  readonly updatedAt: Date
  /** what SCIM says, without `active` and what can be read only */
  readonly resource: Resource
}

interface SealedUser extends Omit<UserRow, 'resource'> {
  readonly sealed: Buffer
}

interface Written {
  readonly id: string
  readonly service: string | null
  readonly active: boolean
  readonly resource: Resource
  readonly now: Date
}

/** What SCIM says of people. All of it is encrypted under their own keys. */
export interface ScimUsers {
  insert(tx: Tx, user: Written): Promise<void>
  update(tx: Tx, user: Written): Promise<void>
  find(tx: Reading, scope: Scope, id: string): Promise<UserRow | null>
  /** With a lock. */
  lock(tx: Tx, scope: Scope, id: string): Promise<UserRow | null>
  /** In the order in which they came. */
  page(tx: Reading, scope: Scope, page: { readonly offset: number; readonly limit: number }): Promise<UserRow[]>
  count(tx: Reading, scope: Scope): Promise<number>
  /** Of those of the people who came by SCIM: by what their provisioning service knows them. */
  externalIds(tx: Reading, people: readonly string[]): Promise<ReadonlyMap<string, string | null>>
  lookUp(tx: Reading, scope: Scope, lookup: Lookup): Promise<UserRow[]>
  /** @returns whether somebody else in the tenant has this user name, or of the same connection this external id */
  isTaken(
    tx: Reading,
    by: 'userName' | 'externalId',
    value: string,
    except: { readonly id: string | null; readonly service: string | null },
  ): Promise<boolean>
}

const columns = sql`u.person_id AS id, u.service_id AS service, p.state, u.active, u.held, u.version,
  u.created_at AS "createdAt", u.updated_at AS "updatedAt", u.resource AS sealed`
const tables = sql`scim_users u JOIN people p ON p.tenant_id = u.tenant_id AND p.id = u.person_id`

export const within = ({ service }: Scope): RawBuilder<unknown> =>
  service === null ? sql`true` : sql`u.service_id = ${service}::uuid`

const purpose = 'directory'

export function createScimUsers(keys: DirectoryDeps['keys']): ScimUsers {
  const column = keys.encrypted({ table: 'scim_users', column: 'resource', purpose })

  async function select(tx: Reading, rest: RawBuilder<unknown>): Promise<UserRow[]> {
    const { rows } = await sql<SealedUser>`SELECT ${columns} FROM ${tables} ${rest}`.execute(tx.kysely())
    const { tenant } = tx
    if (rows.length === 0 || tenant === null) return []
    const texts = await column.openAll(
      { tenant, kysely: () => tx.kysely() },
      rows.map(({ id, sealed }) => ({ row: id, sealed })),
    )
    // Of whom the key was destroyed nothing is left but the id.
    return rows.map((row, place) => ({ ...row, resource: JSON.parse(texts[place] ?? '{}') as Resource }))
  }

  /** The key of one value, by what is equal: letters of either case, but in ids of the client. */
  async function keyOf(tx: Reading, by: Lookup['by'], value: string): Promise<Buffer> {
    const index = await keys.blindIndex(tx, purpose)
    return index(`scim_users.${by}`, by === 'externalId' ? value : by === 'emails' ? emailKey(value) : folded(value))
  }

  async function sealed(tx: Tx, { id, service, active, resource, now }: Written) {
    const userName = textOf(resource, 'userName')
    const externalId = textOf(resource, 'externalId')
    return {
      service_id: service,
      active,
      user_name_key: await keyOf(tx, 'userName', userName ?? ''),
      external_id_key: externalId === undefined ? null : await keyOf(tx, 'externalId', externalId),
      resource: await column.close(tx, id, JSON.stringify(resource), `Person/${id}`),
      updated_at: now,
    }
  }

  /** E-mail addresses and the name that is shown, for `lookUp`. */
  async function index(tx: Tx, id: string, resource: Resource): Promise<void> {
    await from(tx).deleteFrom('scim_user_values').where('person_id', '=', id).execute()
    const shown = textOf(resource, 'displayName')
    const wanted: readonly (readonly ['emails' | 'displayName', string])[] = [
      ...emailsOf(resource).map(({ value }) => ['emails', value] as const),
      ...(shown === undefined ? [] : [['displayName', shown] as const]),
    ]
    const found = await Promise.all(wanted.map(async ([by, value]) => [by, await keyOf(tx, by, value)] as const))
    const once = new Map(found.map(([by, key]) => [`${by} ${key.toString('hex')}`, { attribute: by, value_key: key }]))
    if (once.size === 0) return
    await from(tx)
      .insertInto('scim_user_values')
      .values([...once.values()].map((value) => ({ tenant_id: tx.tenant, person_id: id, ...value })))
      .execute()
  }

  return {
    async insert(tx, user) {
      const values = await sealed(tx, user)
      await from(tx)
        .insertInto('scim_users')
        .values({ person_id: user.id, tenant_id: tx.tenant, created_at: user.now, ...values })
        .execute()
      await index(tx, user.id, user.resource)
    },
    async update(tx, user) {
      const values = await sealed(tx, user)
      await from(tx)
        .updateTable('scim_users')
        .set((by) => ({ ...values, version: by('version', '+', '1') as never }))
        .where('person_id', '=', user.id)
        .execute()
      await index(tx, user.id, user.resource)
    },
    async find(tx, scope, id) {
      const [row = null] = await select(tx, sql`WHERE u.person_id = ${id}::uuid AND ${within(scope)}`)
      return row
    },
    async lock(tx, scope, id) {
      const [row = null] = await select(tx, sql`WHERE u.person_id = ${id}::uuid AND ${within(scope)} FOR UPDATE`)
      return row
    },
    page: (tx, scope, { offset, limit }) =>
      select(tx, sql`WHERE ${within(scope)} ORDER BY u.person_id LIMIT ${limit} OFFSET ${offset}`),
    async count(tx, scope) {
      const { rows } = await sql<{ total: number }>`
        SELECT count(*)::int AS total FROM scim_users u WHERE ${within(scope)}`.execute(tx.kysely())
      return rows[0]?.total ?? 0
    },
    async externalIds(tx, people) {
      const rows = people.length === 0 ? [] : await select(tx, sql`WHERE u.person_id = ANY(${people}::uuid[])`)
      return new Map(rows.map(({ id, resource }) => [id, textOf(resource, 'externalId') ?? null]))
    },
    async lookUp(tx, scope, { by, value }) {
      if (by === 'id') return select(tx, sql`WHERE u.person_id::text = ${value} AND ${within(scope)}`)
      const key = await keyOf(tx, by, value)
      const here =
        by === 'userName'
          ? sql`u.user_name_key = ${key}`
          : by === 'externalId'
            ? sql`u.external_id_key = ${key}`
            : sql`u.person_id IN (SELECT v.person_id FROM scim_user_values v WHERE v.attribute = ${by} AND v.value_key = ${key})`
      return select(tx, sql`WHERE ${here} AND ${within(scope)} ORDER BY u.person_id`)
    },
    async isTaken(tx, by, value, { id, service }) {
      const key = await keyOf(tx, by, value)
      const here =
        by === 'userName'
          ? sql`user_name_key = ${key}`
          : sql`external_id_key = ${key} AND service_id IS NOT DISTINCT FROM ${service}::uuid`
      const { rows } = await sql`
        SELECT 1 FROM scim_users WHERE ${here} AND person_id IS DISTINCT FROM ${id}::uuid`.execute(tx.kysely())
      return rows.length > 0
    },
  }
}
