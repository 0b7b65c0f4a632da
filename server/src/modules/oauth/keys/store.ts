import { sql } from 'kysely'
import { announce } from '../../../platform/database/announce.ts'
import type { Transaction } from '../../../platform/database/database.ts'
import type { PublicTokenJwk, SigningAlg } from './make.ts'

type Db = Pick<Transaction, 'kysely'>

export const signingKeysChannel = 'holdfast_signing_keys'

export interface KeyRow {
  readonly kid: string
  readonly alg: SigningAlg
  readonly state: 'next' | 'current' | 'retired' | 'compromised'
  readonly public_jwk: PublicTokenJwk
  readonly sealed_private: Buffer | null
  readonly created_at: Date
  readonly current_at: Date | null
  readonly retired_at: Date | null
}

export interface NewKeyRow {
  readonly alg: SigningAlg
  readonly jwk: PublicTokenJwk
  readonly sealed: Buffer
}

/** All that are there, the current ones first. */
export async function selectKeys(tx: Db): Promise<KeyRow[]> {
  const { rows } = await sql<KeyRow>`
    SELECT kid, alg, state, public_jwk, sealed_private, created_at, current_at, retired_at FROM oauth_signing_keys
    ORDER BY array_position(ARRAY['current', 'next', 'retired', 'compromised'], state), alg, created_at DESC`.execute(
    tx.kysely(),
  )
  return rows
}

export async function readGeneration(tx: Db): Promise<number> {
  const { rows } = await sql<{ generation: string }>`SELECT generation FROM oauth_signing_generation`.execute(
    tx.kysely(),
  )
  return Number(rows[0]?.generation ?? 0)
}

/** First in every change of the set: until the transaction ends nobody else changes it, and then every replica hears of it. */
export async function nextGeneration(tx: Db): Promise<void> {
  await sql`UPDATE oauth_signing_generation SET generation = generation + 1`.execute(tx.kysely())
  await announce(tx, signingKeysChannel)
}

/** @returns false when there is a next one, or a current one, already */
export async function insertKey(tx: Db, key: NewKeyRow, state: 'next' | 'current', at: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    INSERT INTO oauth_signing_keys (kid, alg, state, public_jwk, sealed_private, created_at, current_at)
    VALUES (${key.jwk.kid}, ${key.alg}, ${state}, ${JSON.stringify(key.jwk)}::jsonb, ${key.sealed}, ${at},
            ${state === 'current' ? at : null}::timestamptz)
    ON CONFLICT DO NOTHING`.execute(tx.kysely())
  return numAffectedRows === 1n
}

/** It signs no longer, and cannot: its private part is gone. */
export async function endKey(tx: Db, kid: string, state: 'retired' | 'compromised', at: Date): Promise<void> {
  await sql`UPDATE oauth_signing_keys SET state = ${state}, retired_at = ${at}, sealed_private = NULL WHERE kid = ${kid}`.execute(
    tx.kysely(),
  )
}

export async function beginKey(tx: Db, kid: string, at: Date): Promise<void> {
  await sql`UPDATE oauth_signing_keys SET state = 'current', current_at = ${at} WHERE kid = ${kid}`.execute(tx.kysely())
}

/** @returns those that nobody needs any more */
export async function deleteEnded(tx: Db, before: Date): Promise<{ kid: string; alg: SigningAlg }[]> {
  const { rows } = await sql<{ kid: string; alg: SigningAlg }>`
    DELETE FROM oauth_signing_keys WHERE state IN ('retired', 'compromised') AND retired_at < ${before}
    RETURNING kid, alg`.execute(tx.kysely())
  return rows
}
