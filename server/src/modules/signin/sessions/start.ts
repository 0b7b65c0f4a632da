import type { Source } from '../../../platform/ports.ts'
import { hashSecret, newSecret, type Random } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import type { SigninColumns } from '../store/columns.ts'
import { insertSession, type SessionRow } from '../store/sessions.ts'
import type { Lifetime } from './lifetime.ts'

export interface StartedSession {
  readonly id: string
  /** opaque; shown to its holder only */
  readonly token: string
  readonly expiresAt: Date
}

export interface StartDeps {
  readonly random: Random
  readonly columns: SigninColumns
}

/** A new session with a new token, whatever the browser had before: a fixed token would be known to who fixed it. */
export async function startSignIn(
  tx: Tx,
  { random, lifetime, columns }: StartDeps & { readonly lifetime: Lifetime },
  { person, source, now }: { readonly person: string; readonly source: Source; readonly now: Date },
): Promise<StartedSession> {
  const started = { id: random.id(), token: newSecret(random, 'hfs'), expiresAt: lifetime.absoluteEnd(now) }
  await insertSession(tx, columns, {
    id: started.id,
    person,
    kind: 'sign-in',
    parent: null,
    application: null,
    tokenHash: hashSecret(started.token),
    authenticatedAt: now,
    startedAt: now,
    expiresAt: started.expiresAt,
    source,
  })
  return started
}

/** The session at one guarded host. It ends with its sign-in, and never later. */
export async function startHostSession(
  tx: Tx,
  { random, columns }: StartDeps,
  { parent, application, now }: { readonly parent: SessionRow; readonly application: string; readonly now: Date },
): Promise<StartedSession> {
  const started = { id: random.id(), token: newSecret(random, 'hfs'), expiresAt: parent.expiresAt }
  await insertSession(tx, columns, {
    id: started.id,
    person: parent.person,
    kind: 'application',
    parent: parent.id,
    application,
    tokenHash: hashSecret(started.token),
    authenticatedAt: parent.authenticatedAt,
    startedAt: now,
    expiresAt: started.expiresAt,
    source: null,
  })
  return started
}
