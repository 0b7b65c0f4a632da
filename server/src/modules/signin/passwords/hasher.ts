import { availableParallelism } from 'node:os'
import { hash } from '@node-rs/argon2'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { SigninConfig } from '../config.ts'
import { signinErrors } from '../errors.ts'
import { decoyOf, readHash, verifyHash } from './forms/forms.ts'

/** A hash as it is kept. */
export interface KeptHash {
  /** a PHC string, or bcrypt's notation */
  readonly hash: string
  /** Made by another system, of the password as it was typed there; ours are made of its NFKC form. */
  readonly imported: boolean
}

export interface Hasher {
  /** how today's hashes begin: algorithm and parameters */
  readonly form: string
  /** @returns an argon2id hash in PHC string format, or `signin_busy` */
  hash(password: string): Promise<Outcome<string>>
  /** @returns whether it is the password, or `signin_busy` */
  verify(kept: KeptHash, password: string): Promise<Outcome<boolean>>
  /** A hash that no password fits, as costly as any of this form. */
  decoy(form: string): KeptHash
  /** Whether a hash is another's, or was made with other parameters than today's. */
  isOutdated(kept: KeptHash): boolean
}

export interface HasherLimits {
  /** hashes at the same time */
  readonly running: number
  /** hashes that wait; beyond them callers are sent away */
  readonly waiting: number
}

/** One core is left for everything else; each hash holds 19 MiB while it runs. */
const ownLimits: HasherLimits = { running: Math.max(1, availableParallelism() - 1), waiting: 64 }

export function createHasher({ argon2 }: Pick<SigninConfig, 'argon2'>, limits: HasherLimits = ownLimits): Hasher {
  const cost = {
    memoryCost: argon2.memoryKib,
    timeCost: argon2.iterations,
    parallelism: argon2.parallelism,
  }
  const form = `$argon2id$v=19$m=${argon2.memoryKib},t=${argon2.iterations},p=${argon2.parallelism}`
  const queue = createQueue(limits)
  return {
    form,
    hash: (password) => queue(() => hash(password.normalize('NFKC'), cost)),
    verify: (kept, password) =>
      queue(() => verifyHash(kept.hash, kept.imported ? password : password.normalize('NFKC'))),
    decoy: (of) => ({ hash: decoyOf(of), imported: of !== form }),
    isOutdated: (kept) => kept.imported || formOf(kept.hash) !== form,
  }
}

/** What stands before salt and digest: algorithm and parameters. */
export function formOf(hash: string): string {
  const read = readHash(hash)
  if (typeof read === 'string') throw new Error('a password hash is kept in a form that nobody reads')
  return read.form
}

type Queue = <T>(run: () => Promise<T>) => Promise<Outcome<T>>

/** Without a bound a flood of sign-ins would take memory without end, and everybody would wait for all of it. */
function createQueue({ running, waiting }: HasherLimits): Queue {
  let active = 0
  const line: (() => void)[] = []
  return async (run) => {
    if (active >= running) {
      if (line.length >= waiting) return refuse(signinErrors.signin_busy, {}, {}, { headers: { 'retry-after': '2' } })
      await new Promise<void>((turn) => line.push(turn))
    } else active += 1
    try {
      return ok(await run())
    } finally {
      const next = line.shift()
      if (next === undefined) active -= 1
      else next()
    }
  }
}
