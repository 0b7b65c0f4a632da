import { availableParallelism } from 'node:os'
import { hash, parseOptions, verify } from '@node-rs/argon2'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { SigninConfig } from '../config.ts'
import { signinErrors } from '../errors.ts'

export interface Hasher {
  /** @returns an argon2id hash in PHC string format, or `signin_busy` */
  hash(password: string): Promise<Outcome<string>>
  /**
   * @param stored null where there is no password: costs the same, and is never right
   * @returns whether it is the password, or `signin_busy`
   */
  verify(stored: string | null, password: string): Promise<Outcome<boolean>>
  /** Whether a hash was made with other parameters than today's. */
  isOutdated(stored: string): boolean
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
  const queue = createQueue(limits)
  const nobody = hashOfNothing(argon2)
  return {
    hash: (password) => queue(() => hash(password.normalize('NFKC'), cost)),
    async verify(stored, password) {
      const right = await queue(() => verify(stored ?? nobody, password.normalize('NFKC')))
      return right.ok ? ok(right.value && stored !== null) : right
    },
    isOutdated(stored) {
      const { memoryCost, timeCost, parallelism } = parseOptions(stored)
      return memoryCost !== cost.memoryCost || timeCost !== cost.timeCost || parallelism !== cost.parallelism
    },
  }
}

/** A hash that no password has, of today's cost: an address that nobody has takes as long as one that somebody has. */
function hashOfNothing({ memoryKib, iterations, parallelism }: SigninConfig['argon2']): string {
  const base64 = (bytes: number) => Buffer.alloc(bytes).toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${memoryKib},t=${iterations},p=${parallelism}$${base64(16)}$${base64(32)}`
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
