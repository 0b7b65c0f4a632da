import type { Flags } from '../types.ts'
import type { Cursor } from './cursor.ts'

/** While a pattern is read. */
export type State = Cursor & {
  /** of the innermost group; `(?i)` replaces them until the group ends */
  flags: Required<Flags>
  groupCount: number
  readonly groupNames: Map<string, number>
}
