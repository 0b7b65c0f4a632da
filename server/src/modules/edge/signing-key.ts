import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { OpenError } from '@holdfast/envelope'
import { type PublicJwk, publicJwk, type SigningKey } from '@holdfast/bundle'
import { sql } from 'kysely'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { type InstallationKeys, type OwnPlace, SealMismatch } from '../keys/index.ts'

export interface ControlPlaneKey extends SigningKey {
  readonly jwk: PublicJwk
}

interface Row {
  kid: string
  public_jwk: PublicJwk
  sealed_private: Buffer
}

/** The installation's signing key: made at the first start, the same for every replica. */
export async function loadSigningKey(
  database: Database,
  keys: InstallationKeys,
  clock: Clock,
): Promise<ControlPlaneKey> {
  const found = await current(database)
  if (found !== undefined) return open(found, keys)
  const { privateKey } = generateKeyPairSync('ed25519')
  const jwk = publicJwk(privateKey)
  const sealed = await keys.close(place(jwk.kid), privateKey.export({ format: 'der', type: 'pkcs8' }))
  await database.asSystem((tx) =>
    sql`INSERT INTO signing_keys (kid, public_jwk, sealed_private, created_at)
        VALUES (${jwk.kid}, ${JSON.stringify(jwk)}::jsonb, ${sealed}, ${clock.now()}) ON CONFLICT DO NOTHING`.execute(
      tx.kysely(),
    ),
  )
  // Another replica may have been quicker: the database says which key it is.
  const won = await current(database)
  if (won === undefined) throw new Error('no signing key could be stored')
  return open(won, keys)
}

async function current(database: Database): Promise<Row | undefined> {
  const { rows } = await database.asSystem((tx) =>
    sql<Row>`SELECT kid, public_jwk, sealed_private FROM signing_keys WHERE retired_at IS NULL`.execute(tx.kysely()),
  )
  return rows[0]
}

async function open(row: Row, keys: InstallationKeys): Promise<ControlPlaneKey> {
  const key = createPrivateKey({ key: await unsealed(row, keys), format: 'der', type: 'pkcs8' })
  return { kid: row.kid, key, jwk: publicJwk(key) }
}

async function unsealed(row: Row, keys: InstallationKeys): Promise<Buffer> {
  try {
    return await keys.open(place(row.kid), row.sealed_private)
  } catch (error) {
    if (!(error instanceof OpenError)) throw error
    throw new SealMismatch(
      'The signing key of this database does not open under its keys: they are not from the same backup. Restore both of one time.',
      { cause: error },
    )
  }
}

const place = (kid: string): OwnPlace => ({ table: 'signing_keys', row: kid, column: 'sealed_private' })
