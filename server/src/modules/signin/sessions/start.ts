import { addSeconds } from '../../../platform/clock.ts'
import { hashSecret, newSecret, type Random } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import type { SigninColumns } from '../store/columns.ts'
import { findLimits } from '../store/limits.ts'
import { insertSession, sealSession, type SessionRow } from '../store/sessions.ts'
import type { Reading } from '../../directory/index.ts'
import type { Policies } from '../policy/policies.ts'
import { type Limits, stricter } from './presets.ts'

export interface StartedHostSession {
  readonly id: string
  /** opaque; shown to its holder only */
  readonly token: string
  readonly expiresAt: Date
}

export interface StartDeps {
  readonly random: Random
  readonly columns: SigninColumns
  readonly policies: Policies
}

/** How long sessions at an application last: what is shorter of what it says and what the tenant and the installation say. */
export async function limitsAt(
  tx: Reading,
  { policies }: Pick<StartDeps, 'policies'>,
  application: string,
): Promise<Limits> {
  const own = await findLimits(tx, application)
  const { limits } = await policies.of(tx)
  return own === null ? limits : stricter(limits, own)
}

/**
 * The session at one guarded host. It ends with its sign-in, and never later, and is as strong as that was when it was
 * made: what the sign-in shows afterwards comes with another one, under a token that nobody can have had before.
 */
export async function startHostSession(
  tx: Tx,
  deps: StartDeps,
  { parent, application, now }: { readonly parent: SessionRow; readonly application: string; readonly now: Date },
): Promise<StartedHostSession> {
  const limits = await limitsAt(tx, deps, application)
  const own = addSeconds(parent.authenticatedAt, limits.absoluteSeconds)
  const started = {
    id: deps.random.id(),
    token: newSecret(deps.random, 'hfs'),
    expiresAt: own < parent.expiresAt ? own : parent.expiresAt,
  }
  const session = await sealSession(tx, deps.columns, {
    id: started.id,
    person: parent.person,
    kind: 'application',
    parent: parent.id,
    application,
    tokenHash: hashSecret(started.token),
    privileges: null,
    proofs: parent.proofs,
    acr: parent.acr,
    authenticatedAt: parent.authenticatedAt,
    pending: false,
    startedAt: now,
    expiresAt: started.expiresAt,
    limits,
    source: null,
  })
  await insertSession(tx, session)
  return started
}
