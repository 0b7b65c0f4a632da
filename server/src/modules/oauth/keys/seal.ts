import { createPrivateKey, type KeyObject } from 'node:crypto'
import { OpenError } from '@holdfast/envelope'
import { type InstallationKeys, type OwnPlace, SealMismatch } from '../../keys/index.ts'
import { makeKey, type SigningAlg } from './make.ts'
import type { KeyRow, NewKeyRow } from './store.ts'

const place = (kid: string): OwnPlace => ({ table: 'oauth_signing_keys', row: kid, column: 'sealed_private' })

/** Makes a key and closes its private part under the key hierarchy: only so does it come near the database. */
export async function makeSealed(keys: InstallationKeys, alg: SigningAlg): Promise<NewKeyRow> {
  const { jwk, privateKey } = await makeKey(alg)
  const sealed = await keys.close(place(jwk.kid), privateKey.export({ format: 'der', type: 'pkcs8' }))
  return { alg, jwk, sealed }
}

/** @returns null for a key that signs no longer */
export async function openPrivate(keys: InstallationKeys, row: KeyRow): Promise<KeyObject | null> {
  if (row.sealed_private === null) return null
  try {
    const key = await keys.open(place(row.kid), row.sealed_private)
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  } catch (error) {
    if (!(error instanceof OpenError)) throw error
    throw new SealMismatch(
      'A token signing key of this database does not open under its keys: they are not from the same backup. Restore both of one time.',
      { cause: error },
    )
  }
}
