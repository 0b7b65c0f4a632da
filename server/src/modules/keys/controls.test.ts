import { randomUUID } from 'node:crypto'
import { createDataKey, seal } from '@holdfast/envelope'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { ControlResult } from '../../platform/control.ts'
import { personal, secret, type Tables } from '../../platform/database/tables.ts'
import { type Fixture, openFixture } from '../../testing/fixture.ts'
import { keysConfig } from './config.ts'
import { keyControls } from './controls.ts'
import { testKeyring } from './testing/keyring.ts'
import { createNotes, notesColumn, writeNote } from './testing/notes.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture(inject('postgresUrl'))
  await createNotes(fixture.admin)
  await fixture.admin.query(
    'CREATE TABLE odd (tenant_id uuid, text text, hash text); GRANT SELECT ON odd TO holdfast_system',
  )
})
afterAll(() => fixture.close())

function check(id: string, tables: Tables = {}): Promise<ControlResult> {
  const control = keyControls(tables, keysConfig.parse({})).find((each) => each.id === id)
  if (control === undefined) throw new Error(`there is no control ${id}`)
  return control.check({ database: fixture.database, tenant: fixture.tenant, now: new Date() })
}

const table = (columns: Tables[string]['columns']) => ({
  scope: 'tenant' as const,
  columns: { tenant_id: 'internal' as const, ...columns },
})
const notes = { notes: table({ id: 'internal', note: personal.encrypted }) }

it('before anything was encrypted there is nothing to say', async () => {
  expect((await check('keys.wrapped')).status).toBe('unknown')
  expect((await check('keys.rotated')).status).toBe('unknown')
})

describe('columns that are kept', () => {
  it('pass when they hold what they are declared to hold', async () => {
    const note = testKeyring(fixture.database).encrypted(notesColumn)
    await fixture.database.asTenant(fixture.tenant, (tx) => writeNote(tx, note, { id: '1', text: 'hello' }))
    expect(await check('keys.columns-kept', notes)).toEqual({
      status: 'pass',
      evidence: '1 columns are encrypted, 0 digests, 0 wrapped keys, 0 readable for a named reason.',
    })
  })

  it.each([
    [
      'a text where ciphertext should be',
      { odd: table({ text: personal.encrypted }) },
      'odd.text is text, and not encrypted',
    ],
    ['a column that is not there', { odd: table({ gone: secret.digest }) }, 'odd.gone is declared and missing'],
    ['a reason that is none', { odd: table({ text: personal.plain('') }) }, 'odd.text is readable and gives no reason'],
  ] as const)('fail for %s', async (_, tables, evidence) => {
    expect(await check('keys.columns-kept', tables)).toEqual({ status: 'fail', evidence: `${evidence}.` })
  })

  it('fail for a hash that is none', async () => {
    await fixture.admin.query("INSERT INTO odd (hash) VALUES ('$argon2id$v=19$m=7168,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g')")
    expect((await check('keys.columns-kept', { odd: table({ hash: secret.digest }) })).status).toBe('pass')
    await fixture.admin.query("INSERT INTO odd (hash) VALUES ('a password in clear')")
    expect(await check('keys.columns-kept', { odd: table({ hash: secret.digest }) })).toMatchObject({
      status: 'fail',
      evidence: 'odd.hash holds something that is no password hash.',
    })
  })

  it('fail for bytes that are not encrypted, and for ciphertext of a key that nobody has', async () => {
    await fixture.admin.query("INSERT INTO notes VALUES ($1, '2', $2)", [
      fixture.tenant,
      Buffer.from('in clear, and long enough to look like something else, if only it were so, but no'),
    ])
    expect((await check('keys.columns-kept', notes)).evidence).toBe('notes.note holds something that is not encrypted.')
    const place = { ...notesColumn, tenant: fixture.tenant, row: '2' }
    const foreign = seal(createDataKey(randomUUID(), Buffer.alloc(32)), place, 'x', Buffer.alloc(12))
    await fixture.admin.query("UPDATE notes SET note = $1 WHERE id = '2'", [foreign])
    expect((await check('keys.columns-kept', notes)).evidence).toBe('notes.note is under a key that is not there.')
  })
})

describe('data keys', () => {
  it('pass while each is under a live key, and fail when one is not', async () => {
    expect(await check('keys.wrapped')).toMatchObject({ status: 'pass' })
    await fixture.admin.query(`
      ALTER TABLE data_keys DROP CONSTRAINT data_keys_kek_id_kek_live_fkey;
      UPDATE data_keys SET kek_id = gen_random_uuid()`)
    expect(await check('keys.wrapped')).toEqual({
      status: 'fail',
      evidence: '1 of 1 data keys are not under a live key.',
    })
  })
})
