import { readFileSync } from 'node:fs'
import type { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { contextOf, type Fixture, openFixture } from '../../../testing/fixture.ts'
import { createUnitOfWork } from '../../../platform/work.ts'
import { manifest } from '../index.ts'
import { testKeyring } from '../testing/keyring.ts'

const guide = readFileSync(new URL('../../../../../docs/guide/backup.md', import.meta.url), 'utf8')
const tables = /^KEYS="(.*)"$/m.exec(guide)?.[1]?.split(' ') ?? []

test('the guide names the tables of keys, all and no others', () => {
  expect(tables.toSorted((a, b) => a.localeCompare(b))).toEqual(
    Object.keys(manifest.tables).toSorted((a, b) => a.localeCompare(b)),
  )
})

const erased = 'Person/01900000-0000-7000-8000-0000000000e1'
const kept = 'Person/01900000-0000-7000-8000-0000000000e2'
const mail = { table: 'people', column: 'email', purpose: 'directory' }

interface Sealed {
  readonly erased: Buffer
  readonly kept: Buffer
}

/** The rows of each table as JSON: a dump that needs no program. */
type Dump = ReadonlyMap<string, string>

describe('a restore of yesterday, when somebody was erased since', () => {
  let fixture: Fixture
  let sealed: Sealed
  let yesterday: Dump
  let today: Dump
  beforeAll(async () => {
    fixture = await openFixture(inject('postgresUrl'))
    const keyring = testKeyring(fixture.database)
    const units = createUnitOfWork(fixture.database, async () => '')
    const email = keyring.encrypted(mail)
    sealed = await units.work(contextOf(fixture.tenant), async (tx) => ({
      erased: await email.close(tx, 'e1', 'ada@example.com', erased),
      kept: await email.close(tx, 'e2', 'ben@example.com', kept),
    }))
    yesterday = await dump(fixture.admin)
    await units.work(contextOf(fixture.tenant), (tx) => keyring.destroySubject(tx, erased))
    today = await dump(fixture.admin)
  })
  afterAll(() => fixture.close())

  test('with the keys of today: they stay erased, and everybody else is there', async () => {
    expect(await restored(today)).toEqual([null, 'ben@example.com'])
  })

  test('the twin, with the keys of yesterday as well: they are back', async () => {
    expect(await restored(yesterday)).toEqual(['ada@example.com', 'ben@example.com'])
  })

  async function restored(keys: Dump): Promise<readonly (string | null)[]> {
    const copy = await openFixture(inject('postgresUrl'))
    try {
      await load(copy.admin, keys)
      const email = testKeyring(copy.database).encrypted(mail)
      return await copy.database.asTenant(copy.tenant, (tx) =>
        email.openAll(tx, [
          { row: 'e1', sealed: sealed.erased },
          { row: 'e2', sealed: sealed.kept },
        ]),
      )
    } finally {
      await copy.close()
    }
  }
})

async function dump(client: Client): Promise<Dump> {
  const rows = new Map<string, string>()
  for (const table of tables) {
    const { rows: found } = await client.query<{ rows: string }>(
      `SELECT coalesce(json_agg(t), '[]')::text AS rows FROM ${table} t`,
    )
    rows.set(table, found[0]?.rows ?? '[]')
  }
  return rows
}

async function load(client: Client, rows: Dump): Promise<void> {
  // The order of a dump: whom the others refer to first.
  for (const table of [
    'seals',
    'seal_replicas',
    'seal_handovers',
    'key_encryption_keys',
    'data_keys',
    'data_key_uses',
  ]) {
    const { rows: columns } = await client.query<{ names: string }>(
      "SELECT string_agg(quote_ident(column_name), ', ') AS names FROM information_schema.columns WHERE table_name = $1 AND is_generated = 'NEVER'",
      [table],
    )
    const names = columns[0]?.names ?? ''
    await client.query(
      `INSERT INTO ${table} (${names}) OVERRIDING SYSTEM VALUE SELECT ${names} FROM json_populate_recordset(NULL::${table}, $1)`,
      [rows.get(table)],
    )
  }
}
