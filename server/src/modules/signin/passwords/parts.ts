import type { SigninColumns } from '../store/columns.ts'
import type { SigninDeps } from '../types.ts'
import type { KnownBreaches } from './breach/known.ts'
import type { Decoys } from './decoys.ts'
import type { Hasher } from './hasher.ts'

/** What the use cases about passwords work with. */
export type PasswordTools = SigninDeps & {
  readonly hasher: Hasher
  readonly columns: SigninColumns
  readonly decoys: Decoys
  readonly breach: KnownBreaches
}
