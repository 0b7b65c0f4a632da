import { type Acr, isAtLeast, strongest } from '../../../platform/assurance.ts'
import { addSeconds } from '../../../platform/clock.ts'
import { inOrder } from '../../../platform/database/pipeline.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import { hashSecret, newSecret } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import { acrOf, authenticatedAtOf, type Factor, proofsOf } from '../assurance.ts'
import type { SigninColumns } from '../store/columns.ts'
import { standingWith } from '../mfa/standing.ts'
import { insertSession, isNewDevice, sealSession } from '../store/sessions.ts'
import type { SigninDeps } from '../types.ts'
import { privilegesOf } from './demand.ts'
import { deviceLabel } from './device.ts'
import { endEach } from './end.ts'
import { type Lifetime, pendingSeconds, sessionCookie } from './lifetime.ts'
import { type Prepared, preparing } from './room.ts'
import { sessionErrors } from './errors.ts'

export type SessionDeps = SigninDeps & { readonly lifetime: Lifetime; readonly columns: SigninColumns }

export interface StartedSession {
  readonly id: string
  /** opaque; shown to its holder only */
  readonly token: string
  /** Set-Cookie that gives it to the browser */
  readonly cookie: string
  readonly expiresAt: Date
  readonly acr: Acr
  /** what it must show to be somebody's */
  readonly demanded: Acr
  /** It shows less: it authenticates nobody, until `strengthen` was told of more. */
  readonly pending: boolean
}

export interface Begin {
  readonly person: string
  /** what was shown just now */
  readonly amr: readonly Factor[]
  readonly source: Source
  readonly now: Date
  /** the sign-in of this browser until now, which ends */
  readonly replaces?: string | undefined
  /** of the person, where they were read in this transaction already */
  readonly groups?: readonly string[] | undefined
  /** where it was done already, for these two and the same browser (`preparing`) */
  readonly prepared?: Prepared | undefined
}

/** What is written with the session: nothing of it may depend on another's answer. */
export type Beside = (started: StartedSession) => readonly (() => Promise<unknown>)[]

/**
 * A new sign-in with a new token, whatever the browser had before: a fixed token would be known to who fixed it. It is
 * pending while it shows less than is demanded of its person. The caller records what began.
 * @returns the session; `sessions_too_many`, with its event, where the person has as many as they may
 */
export async function beginSession(
  tx: Tx,
  deps: SessionDeps,
  asked: Begin,
  beside: Beside,
): Promise<Outcome<StartedSession>> {
  const { person, amr, source, now, replaces } = asked
  const proofs = proofsOf(amr, now)
  const acr = acrOf(amr)
  if (acr === null) throw new Error(`${amr.join(' ')} proves nobody`)
  const groups = asked.groups ?? (await deps.directory.groupsOf(tx, { type: 'Person', id: person })) ?? []
  const { second, raised, ...looked } = asked.prepared ?? (await prepare(tx, deps, asked))
  const policy = await deps.policies.of(tx)
  const demanded = strongest(standingWith(policy, groups, second), raised)
  const pending = !isAtLeast(acr, demanded)
  // Who knows a password alone must neither drive its owner out nor be told of as a device of theirs.
  const { room: evicted, newDevice } = pending ? { room: [], newDevice: false } : looked
  if (evicted === 'full') {
    const resource = { type: 'Person', id: person }
    await tx.record({ kind: 'session.refused', outcome: 'refused', resource, reason: 'sessions_too_many' })
    return refuse(sessionErrors.sessions_too_many, { most: deps.config.sessions.most })
  }
  if (newDevice) await tellOfNew(tx, deps, asked)
  const { limits } = policy
  const token = newSecret(deps.random, 'hfs')
  const started: StartedSession = {
    id: deps.random.id(),
    token,
    cookie: sessionCookie(token),
    expiresAt: addSeconds(now, pending ? pendingSeconds : limits.absoluteSeconds),
    acr,
    demanded,
    pending,
  }
  const session = await sealSession(tx, deps.columns, {
    id: started.id,
    person,
    kind: 'sign-in',
    parent: null,
    application: null,
    tokenHash: hashSecret(token),
    privileges: privilegesOf(groups),
    proofs,
    acr,
    authenticatedAt: authenticatedAtOf(proofs),
    pending,
    startedAt: now,
    expiresAt: started.expiresAt,
    limits,
    source,
  })
  await inOrder(tx, () => insertSession(tx, session), ...beside(started))
  await endEach(tx, deps, [
    { roots: evicted, kind: 'session.revoked', reason: 'evicted', now },
    { roots: replaces === undefined ? [] : [replaces], kind: 'session.ended', reason: 'replaced', now },
  ])
  return ok(started)
}

async function prepare(
  tx: Tx,
  deps: SessionDeps,
  { person, source: { userAgent }, now, replaces }: Pick<Begin, 'person' | 'source' | 'now' | 'replaces'>,
): Promise<Prepared> {
  const [lock, look] = await preparing(tx, deps, { person, now, except: replaces, userAgent })
  const [locked, looked] = await inOrder(tx, lock, look)
  return { ...locked, ...looked }
}

type FromDevice = Pick<Begin, 'person' | 'source' | 'now'>

/** Said to the person, so that a sign-in that was not theirs does not stay unseen. */
export async function tellOfDevice(tx: Tx, deps: SessionDeps, asked: FromDevice): Promise<void> {
  const { person, source } = asked
  if (await isNewDevice(tx, deps.columns, { person, userAgent: source.userAgent })) await tellOfNew(tx, deps, asked)
}

async function tellOfNew(tx: Tx, { mail }: SessionDeps, { person, source, now }: FromDevice): Promise<void> {
  const device = deviceLabel(source.userAgent)
  await tx.record({ kind: 'session.new_device', resource: { type: 'Person', id: person }, data: { device } })
  await mail.send(tx, { to: { person }, template: 'new-device', values: { device, at: now.toISOString() } })
}
