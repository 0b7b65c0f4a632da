import type { PatternErrorCode } from './types.ts'

/** A pattern that is not compiled. `at` is an offset in the pattern. */
export class PatternError extends Error {
  readonly code: PatternErrorCode
  readonly at: number

  constructor(code: PatternErrorCode, at: number, message: string) {
    super(`${message} (at ${at})`)
    this.name = 'PatternError'
    this.code = code
    this.at = at
  }
}
