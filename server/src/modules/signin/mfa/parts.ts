import type { SigninDeps } from '../types.ts'
import type { SigninColumns } from '../store/columns.ts'
import type { MfaColumns } from './columns.ts'
import type { RelyingParty } from './passkeys/relying-party.ts'

/** What the use cases about second factors work with. */
export type MfaTools = SigninDeps & {
  readonly columns: SigninColumns
  readonly mfaColumns: MfaColumns
  /** undefined where browsers have no passkeys */
  readonly relyingParty: RelyingParty | undefined
}
