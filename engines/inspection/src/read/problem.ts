import type { ReadingCode } from '../codes.ts'
import type { Place } from '../types.ts'

/** Something that two programs may read in two ways, or that is more than is read. */
export interface Problem {
  readonly code: ReadingCode
  readonly place: Place
  /** Of the parameter or part, as it came; empty for the whole place. */
  readonly name: string
  /** The rule, in a word: `duplicate-name`, `dot-segment` ... */
  readonly by: string
  readonly why: string
}

/** Reading goes on where it can: in report mode all of a request is looked at. */
export type Report = (problem: Problem) => void
