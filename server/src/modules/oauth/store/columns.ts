import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { EncryptedColumn, Keyring } from '../../keys/index.ts'
import type { OauthTables } from '../tables.ts'
import type { Reading } from '../types.ts'

const purpose = 'oauth'
const table = 'oauth_artifacts'

/** What OAuth keeps unreadable, and by what it finds again what it cannot read. */
export interface OauthColumns {
  readonly payload: EncryptedColumn
  readonly successor: EncryptedColumn
  /** What a person types for a device: too short for a plain hash. */
  userCode(tx: Reading, code: string): Promise<Buffer>
  /** Bytes that are the same on every replica and known to nobody else. */
  derived(tx: Reading, label: string): Promise<Buffer>
}

export function createColumns(keys: Pick<Keyring, 'encrypted' | 'blindIndex'>): OauthColumns {
  return {
    payload: keys.encrypted({ table, column: 'payload', purpose }),
    successor: keys.encrypted({ table, column: 'successor', purpose }),
    userCode: async (tx, code) => (await keys.blindIndex(tx, purpose))('oauth_artifacts.user_code', code),
    derived: async (tx, label) => (await keys.blindIndex(tx, purpose))(label, ''),
  }
}

export const from = (tx: Reading): Kysely<OauthTables> => tx.kysely<OauthTables>()

/** By what an artefact is found: its value has 256 random bits, so that a fast hash suffices. */
export function idHash(kind: string, id: string): Buffer {
  return createHash('sha256').update(kind).update('\0').update(id).digest()
}
