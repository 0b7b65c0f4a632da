import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { createSigner, type Signer } from '@holdfast/merkle'
import { sql } from 'kysely'
import type { Database, Transaction } from '../../platform/database/database.ts'
import type { LedgerKeys } from './stored.ts'

/** By which name, and with which key, the log signs. */
export interface LogIdentity {
  readonly origin: string
  readonly vkey: string
  readonly signer: Signer
}

const place = { table: 'log_identity', row: 'log', column: 'sealed_key' }

interface IdentityRow {
  readonly origin: string
  readonly public_key: Buffer
  readonly sealed_key: Buffer
}

/**
 * The name of the log is fixed when it begins: a log with another name is another log, for everybody who has seen this one.
 * @param configured `ledger.origin`; when it is set, the log must have it
 * @returns a function that loads the identity at its first call, and makes it at the first start
 */
export function createIdentity(
  database: Database,
  keys: Pick<LedgerKeys, 'installation'>,
  publicUrl: string,
  configured: string | undefined,
): () => Promise<LogIdentity> {
  let known: LogIdentity | undefined
  return async () => {
    known ??= await load(database, keys, configured ?? `${new URL(publicUrl).host}/log`, configured)
    return known
  }
}

async function load(
  database: Database,
  keys: Pick<LedgerKeys, 'installation'>,
  origin: string,
  configured: string | undefined,
): Promise<LogIdentity> {
  const row = (await database.asSystem(readIdentity)) ?? (await make(database, keys, origin))
  if (configured !== undefined && row.origin !== configured) {
    throw new Error(`ledger.origin is ${configured}, but the log of this database is ${row.origin} since it began`)
  }
  const privateKey = createPrivateKey({
    key: await keys.installation.open(place, row.sealed_key),
    format: 'der',
    type: 'pkcs8',
  })
  const signer = createSigner(row.origin, privateKey)
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  if (!Buffer.from(x, 'base64url').equals(row.public_key)) throw new Error('the public key of the log is not its own')
  return { origin: row.origin, vkey: signer.vkey, signer }
}

/** Two first starts at once make one key: the second finds the row of the first. */
async function make(database: Database, keys: Pick<LedgerKeys, 'installation'>, origin: string): Promise<IdentityRow> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const sealed = await keys.installation.close(place, privateKey.export({ format: 'der', type: 'pkcs8' }))
  const made = await database.asSystem(async (tx) => {
    await sql`INSERT INTO log_identity (origin, public_key, sealed_key)
      VALUES (${origin}, ${Buffer.from(x, 'base64url')}, ${sealed}) ON CONFLICT DO NOTHING`.execute(tx.kysely())
    return readIdentity(tx)
  })
  if (made === undefined) throw new Error('the identity of the log could not be made')
  return made
}

async function readIdentity(tx: Pick<Transaction, 'kysely'>): Promise<IdentityRow | undefined> {
  const { rows } = await sql<IdentityRow>`SELECT origin, public_key, sealed_key FROM log_identity`.execute(tx.kysely())
  return rows[0]
}
