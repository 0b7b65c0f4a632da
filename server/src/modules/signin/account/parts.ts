import type { Outcome } from '../../../platform/outcome.ts'
import type { Caller, Source } from '../../../platform/ports.ts'
import type { Read, Work } from '../../../platform/work.ts'
import type { Reading } from '../../directory/index.ts'
import type { FederationTools } from '../federation/deps.ts'
import type { MfaTools } from '../mfa/parts.ts'
import type { RecoveryTools } from '../recovery/deps.ts'
import type { SetPasswordDeps } from '../set-password.ts'

/** A client that acts for a person, or may without asking again. */
export interface ConnectedClient {
  readonly client: string
  readonly name: string
  readonly application: string
  readonly scopes: readonly string[]
  /** ISO 8601; null for a client of the operators */
  readonly consentedAt: string | null
  readonly lastAuthorizedAt: string | null
  /** whether it may act while the person is not signed in */
  readonly offline: boolean
}

/** Who asks for what is held on them. */
export interface AskingForOwn {
  readonly caller: Caller
  readonly source: Source
  readonly requestId: string
  readonly signal: AbortSignal
  readonly read: Read
  readonly now: Date
}

/** What other modules hold on a person; wired in compose.ts. */
export interface HeldElsewhere {
  readonly clients: (tx: Reading, person: string, now: Date) => Promise<readonly ConnectedClient[]>
  /** Ends all access of a client to a person, and forgets what was allowed. */
  readonly withdraw: (work: Work, person: string, client: string) => Promise<Outcome<unknown>>
  /** The rest, for the copy that somebody takes of it: each part under its name. */
  readonly all: (asking: AskingForOwn) => Promise<Readonly<Record<string, unknown>>>
}

/** What the account pages work with: the use cases of their neighbours. */
export type AccountTools = MfaTools & FederationTools & RecoveryTools & SetPasswordDeps
