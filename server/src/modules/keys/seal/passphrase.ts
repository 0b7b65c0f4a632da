import { randomBytes, randomUUID } from 'node:crypto'
import { hashRaw } from '@node-rs/argon2'
import { z } from 'zod'
import { keySeal, type Seal } from './seal.ts'

/** Bounds that no setting of ours leaves: who can write the database must not make a replica ask for all memory. */
export const passphraseParameters = z.strictObject({
  algorithm: z.literal('argon2id'),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  memoryKib: z.int().min(8).max(2_097_152),
  iterations: z.int().min(1).max(64),
  parallelism: z.int().min(1).max(64),
})

export type PassphraseParameters = z.output<typeof passphraseParameters>

/** RFC 9106, section 4, the second recommended option, for where 2 GiB of memory are too much to ask: 64 MiB, 3 passes, 4 lanes. */
const recommended = { algorithm: 'argon2id', memoryKib: 65_536, iterations: 3, parallelism: 4 } as const

export const shortestPassphrase = 16

export async function newPassphrase(passphrase: string): Promise<Seal> {
  const parameters = { ...recommended, salt: randomBytes(16).toString('hex') }
  return openPassphrase(randomUUID(), parameters, passphrase)
}

/** @returns a seal for any passphrase: whether it is the right one shows when it unwraps */
export async function openPassphrase(id: string, parameters: PassphraseParameters, passphrase: string): Promise<Seal> {
  const { salt, memoryKib, iterations, parallelism } = parameters
  // Typed on another keyboard the same letters may come in another composition; argon2id is the library's default.
  const secret = await hashRaw(passphrase.normalize('NFKC'), {
    salt: Buffer.from(salt, 'hex'),
    memoryCost: memoryKib,
    timeCost: iterations,
    parallelism,
    outputLen: 32,
  })
  try {
    return keySeal({ id, kind: 'passphrase', parameters }, secret)
  } finally {
    secret.fill(0)
  }
}
