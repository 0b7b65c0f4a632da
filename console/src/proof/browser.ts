import { ApiError } from '../api/errors.ts'
import { ledger } from '../api/ledger.ts'
import type { AskConsistency } from './log.ts'
import { forgetMemory, readMemory, type Remembered, writeMemory } from './memory.ts'

/** What verifying needs of this very page: its memory, the server's answers, and whether the browser can compute at all. */

const storage = () => window.localStorage

export const remembered = (): Remembered | null => readMemory(storage)
export const remember = (what: Remembered): boolean => writeMemory(storage, what)
export const forget = (): void => forgetMemory(storage)

/** Over plain http (localhost apart) a browser offers no cryptography to pages. */
export function canVerify(): boolean {
  // The types claim that it is always there.
  return (crypto.subtle as SubtleCrypto | undefined) !== undefined
}

export const askConsistency: AskConsistency = async (from, to) => {
  try {
    return (await ledger.consistency(from, to)).hashes
  } catch (error) {
    if (error instanceof ApiError && error.problem.code === 'range_not_in_log') return null
    throw error
  }
}
