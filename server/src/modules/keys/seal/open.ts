import type { Clock } from '../../../platform/clock.ts'
import { ConfigError } from '../../../platform/config/load.ts'
import type { Database } from '../../../platform/database/database.ts'
import { newRoot, rowOf } from './held.ts'
import type { KeyFile } from './key-file.ts'
import { newPassphrase, openPassphrase, passphraseParameters, shortestPassphrase } from './passphrase.ts'
import { type Seal, SealMismatch } from './seal.ts'
import { insertFirstSeal, type SealRow } from './store.ts'

/** What a replica has by itself to open a seal with. */
export interface SealMeans {
  /** of a new installation */
  readonly kind: 'file' | 'passphrase' | 'shamir'
  readonly file: KeyFile
  readonly passphrase: string | undefined
}

/**
 * The seal of this row, with what the replica has by itself.
 * @returns undefined when somebody must give what is missing
 * @throws SealMismatch when what it has is wrong
 */
export async function openWith({ file, passphrase }: SealMeans, row: SealRow): Promise<Seal | undefined> {
  if (row.kind === 'file') {
    const keys = file.keys()
    const own = keys?.find(({ id }) => id === row.id)
    if (keys === undefined || own !== undefined) return own
    throw new SealMismatch(
      `The seal key file ${file.path} does not belong to this database. Give the file that does (seal.keyFile), or a new database to this file.`,
    )
  }
  if (row.kind === 'passphrase') {
    if (passphrase === undefined) return undefined
    return openPassphrase(row.id, passphraseParameters.parse(row.parameters), passphrase)
  }
  if (row.kind === 'shamir') return undefined
  throw new SealMismatch(`This database is sealed by ${row.kind}, of which this version knows nothing.`)
}

/** Makes root key and seal of a new installation; of two replicas that start together, one does. */
export async function makeFirstSeal(database: Database, means: SealMeans, clock: Clock): Promise<void> {
  const seal = await firstSeal(means)
  const row = await rowOf(newRoot(seal, 1), clock.now())
  await database.asSystem((tx) => insertFirstSeal(tx, row))
}

function firstSeal({ kind, file, passphrase }: SealMeans): Seal | Promise<Seal> {
  if (kind === 'file') return file.ensure()
  if (kind === 'shamir') {
    throw new ConfigError([
      'seal.kind: a new installation cannot begin with shares, since there is nobody yet to whom they could be shown. Begin with passphrase or file, then run: holdfast seal change --to shamir',
    ])
  }
  if (passphrase === undefined) {
    throw new ConfigError([
      'seal.passphrase: a new installation that is sealed by a passphrase needs one (HOLDFAST_SEAL_PASSPHRASE_FILE).',
    ])
  }
  if (passphrase.length < shortestPassphrase) {
    throw new ConfigError([
      `seal.passphrase: it has at least ${shortestPassphrase} characters; six random words are good.`,
    ])
  }
  return newPassphrase(passphrase)
}
