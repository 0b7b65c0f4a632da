import { sql } from 'kysely'
import { countOperators, unlessLastOperator } from '../../modules/directory/last-operator.ts'
import { consumeVisit } from '../../modules/signin/federation/store/visits.ts'
import { consumeInvitation } from '../../modules/signin/invitations/store.ts'
import { usePasskey } from '../../modules/signin/mfa/passkeys/store.ts'
import { takeStep } from '../../modules/signin/mfa/totp/store.ts'
import { consumeLink } from '../../modules/signin/recovery/store.ts'
import { consumeSetup } from '../../modules/signin/store/bootstraps.ts'
import { consumeCode } from '../../modules/signin/store/handoff.ts'
import { ableToSignIn } from '../../modules/signin/store/ways-in.ts'
import { openDatabase } from '../../platform/database/database.ts'
import { claim } from '../../platform/once.ts'
import { createUnitOfWork, type Tx } from '../../platform/work.ts'
import { contextOf } from '../context.ts'

/*
 * A racer for what only one may win. Arguments: URL, tenant, what (`code`, `setup`, `operator`, `claim`, `totp`,
 * `passkey`, `link`, `visit`, `invitation`), `right` or `twin`, and which: a hash in hexadecimal digits, or an id. Says `ready`, begins when its standard input ends, and says
 * `won <times>`. The twin finds first and changes then, as one does who has not thought of the others.
 */
const [url = '', tenant = '', what = '', which = '', given = ''] = process.argv.slice(2)
const attempts = what === 'operator' ? 1 : 25
const database = openDatabase({ url, poolSize: attempts })
const units = createUnitOfWork(database, async () => '')
const now = new Date()
const hash = Buffer.from(given, 'hex')
const ways = {
  canSignIn: (tx: Pick<Tx, 'kysely'> & { tenant: string | null }, ids: readonly string[]) =>
    ableToSignIn(tx, ids, { passwords: true }),
}

function never(): never {
  throw new Error('not in a race')
}

const disable = async (tx: Tx) => {
  await sql`UPDATE people SET state = 'disabled' WHERE id = ${given}::uuid`.execute(tx.kysely())
}
const pause = (tx: Tx) => sql`SELECT pg_sleep(0.02)`.execute(tx.kysely())

async function findThenUpdate(tx: Tx, table: string, column: string, value: Buffer | string = hash): Promise<boolean> {
  const which = sql`${sql.ref(column)} = ${value}`
  const { rows } = await sql`SELECT 1 FROM ${sql.table(table)} WHERE ${which} AND consumed_at IS NULL`.execute(
    tx.kysely(),
  )
  await pause(tx)
  await sql`UPDATE ${sql.table(table)} SET consumed_at = ${now} WHERE ${which}`.execute(tx.kysely())
  return rows.length > 0
}

const races: Readonly<Record<string, (tx: Tx) => Promise<boolean>>> = {
  'code right': async (tx) => (await consumeCode(tx, hash, now)) !== null,
  async 'code twin'(tx) {
    const { rows } = await sql`SELECT 1 FROM handoff_codes WHERE code_hash = ${hash} AND consumed_at IS NULL`.execute(
      tx.kysely(),
    )
    await pause(tx)
    await sql`UPDATE handoff_codes SET consumed_at = ${now} WHERE code_hash = ${hash}`.execute(tx.kysely())
    return rows.length > 0
  },
  'setup right': async (tx) => (await consumeSetup(tx, hash, now)) !== null,
  async 'setup twin'(tx) {
    const { rows } = await sql`SELECT 1 FROM bootstraps WHERE setup_hash = ${hash} AND completed_at IS NULL`.execute(
      tx.kysely(),
    )
    await pause(tx)
    await sql`UPDATE bootstraps SET completed_at = ${now} WHERE setup_hash = ${hash}`.execute(tx.kysely())
    return rows.length > 0
  },
  'claim right': (tx) => claim(tx, { kind: 'race', key: hash, expiresAt: now }),
  async 'claim twin'(tx) {
    const { rows } = await sql`SELECT 1 FROM claims WHERE kind = 'race' AND key = ${hash}`.execute(tx.kysely())
    await pause(tx)
    await sql`
      INSERT INTO claims (tenant_id, kind, key, expires_at) VALUES (${tenant}::uuid, 'race', ${hash}, ${now})
      ON CONFLICT (tenant_id, kind, key) DO UPDATE SET expires_at = ${now}`.execute(tx.kysely())
    return rows.length === 0
  },
  'totp right': (tx) => takeStep(tx, { id: given, step: 7, now }),
  async 'totp twin'(tx) {
    const { rows } = await sql`SELECT 1 FROM authenticator_apps WHERE id = ${given}::uuid AND last_step < 7`.execute(
      tx.kysely(),
    )
    await pause(tx)
    await sql`UPDATE authenticator_apps SET last_step = 7 WHERE id = ${given}::uuid`.execute(tx.kysely())
    return rows.length > 0
  },
  'passkey right': (tx) => usePasskey(tx, { id: given, count: 7, backedUp: false, now }),
  'link right': async (tx) => (await consumeLink(tx, hash, now)) !== null,
  'link twin': (tx) => findThenUpdate(tx, 'mailed_links', 'token_hash'),
  'visit right': async (tx) =>
    (await consumeVisit(tx, { stateHash: hash, browserHash: hash, connection: 'race' }, now)) !== null,
  'visit twin': (tx) => findThenUpdate(tx, 'upstream_visits', 'state_hash'),
  'invitation right': async (tx) => (await consumeInvitation(tx, given, now)) !== null,
  'invitation twin': (tx) => findThenUpdate(tx, 'invitations', 'id', given),
  'operator right': (tx) => unlessLastOperator(tx, ways, () => disable(tx)),
  async 'operator twin'(tx) {
    const others = (await countOperators(tx, ways)) > 1
    await pause(tx)
    if (others) await disable(tx)
    return others
  },
}

const race = races[`${what} ${which}`] ?? never
// Connections first: who is still connecting does not race.
await Promise.all(Array.from({ length: attempts }, () => database.ping()))
process.stdout.write('ready\n')
process.stdin.resume().once('end', () => void run())

async function run(): Promise<void> {
  const won = await Promise.all(Array.from({ length: attempts }, () => units.work(contextOf(tenant), race)))
  process.stdout.write(`won ${won.filter(Boolean).length}\n`)
  await database.close()
}
