import { createDataKey, wrapKey } from '@holdfast/envelope'
import { sql } from 'kysely'
import { testKeyring } from '../../modules/keys/testing/keyring.ts'
import { notesColumn, writeNote } from '../../modules/keys/testing/notes.ts'
import { dataKeyPlace } from '../../modules/keys/wrapped.ts'
import { openDatabase, type Transaction } from '../../platform/database/database.ts'
import { randomBytes, randomUUID } from 'node:crypto'

/*
 * A process that encrypts. Arguments: URL, tenant, what: `first` makes a key that is not there yet, many times at once
 * (`twin`: by looking first and inserting then), and says `done <times>`; `write` writes notes, half of them with a key of
 * their own, and says `wrote <times>` when its standard input has ended.
 */
const [url = '', tenant = '', what = 'first'] = process.argv.slice(2)
const parallel = 20
const database = openDatabase({ url, poolSize: parallel })
// Hears of nothing: what it knows is a second old at most.
const keys = testKeyring(database, { cacheSeconds: 1 })

async function right(tx: Transaction): Promise<void> {
  const ring = await keys.ring(tx, [{ purpose: 'first' }, { purpose: 'first', subject: 'Person/1' }])
  ring.close({ purpose: 'first' }, { table: 'notes', row: '1', column: 'note' }, 'x')
}

async function twin(tx: Transaction): Promise<void> {
  const { rows } = await sql`SELECT 1 FROM data_keys WHERE purpose = 'first' AND state = 'current'`.execute(tx.kysely())
  await sql`SELECT pg_sleep(0.02)`.execute(tx.kysely())
  if (rows.length > 0) return
  const row = { id: randomUUID(), purpose: 'first', subject: '', version: 1 }
  const { current } = await keys.keks.live(tx)
  const wrapped = wrapKey(current, dataKeyPlace(tenant, row), createDataKey(row.id, randomBytes(32)), randomBytes(12))
  await sql`
    INSERT INTO data_keys (id, tenant_id, purpose, subject, version, state, kek_id, wrapped, created_at)
    VALUES (${row.id}, ${tenant}, 'first', '', 1, 'current', ${current.id}, ${wrapped}, now())`.execute(tx.kysely())
}

async function first(run: (tx: Transaction) => Promise<void>): Promise<void> {
  const all = await Promise.allSettled(Array.from({ length: parallel }, () => database.asTenant(tenant, run)))
  process.stdout.write(`done ${all.filter(({ status }) => status === 'fulfilled').length}\n`)
}

async function write(ended: AbortSignal): Promise<void> {
  const note = keys.encrypted(notesColumn)
  let wrote = 0
  const writer = async (own: number) => {
    for (let at = 0; !ended.aborted; at++) {
      const id = `${process.pid}-${own}-${at}`
      const subject = at % 2 === 0 ? {} : { subject: `Person/${id}` }
      await database.asTenant(tenant, (tx) => writeNote(tx, note, { id, text: `note ${id}`, ...subject }))
      wrote++
    }
  }
  await Promise.all(Array.from({ length: 4 }, (_, own) => writer(own)))
  process.stdout.write(`wrote ${wrote}\n`)
}

// Connections first: who is still connecting does not race.
await Promise.all(Array.from({ length: parallel }, () => database.ping()))
process.stdout.write('ready\n')
const ended = new AbortController()
const input = new Promise<void>((resolve) => {
  process.stdin.resume().once('end', () => {
    ended.abort()
    resolve()
  })
})
if (what === 'write') await write(ended.signal)
else await input.then(() => first(what === 'twin' ? twin : right))
await database.close()
