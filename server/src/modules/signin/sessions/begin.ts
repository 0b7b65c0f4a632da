import { type Acr, isAtLeast } from '../../../platform/assurance.ts'
import { addSeconds } from '../../../platform/clock.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Source } from '../../../platform/ports.ts'
import { hashSecret, newSecret } from '../../../platform/random.ts'
import type { Tx } from '../../../platform/work.ts'
import { acrOf, authenticatedAtOf, type Factor, proofsOf } from '../assurance.ts'
import type { SigninColumns } from '../store/columns.ts'
import { insertSession, isNewDevice } from '../store/sessions.ts'
import type { SigninDeps } from '../types.ts'
import { privilegesOf } from './demand.ts'
import { deviceLabel } from './device.ts'
import { endEach } from './end.ts'
import { type Lifetime, pendingSeconds, sessionCookie } from './lifetime.ts'
import { lockAndDemand, makeRoomAndLook } from './room.ts'
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
}

/**
 * A new sign-in with a new token, whatever the browser had before: a fixed token would be known to who fixed it. It is
 * pending while it shows less than is demanded of its person. The caller records what began.
 * @returns the session; `sessions_too_many`, with its event, where the person has as many as they may
 */
export async function beginSession(tx: Tx, deps: SessionDeps, asked: Begin): Promise<Outcome<StartedSession>> {
  const { person, amr, source, now, replaces } = asked
  const proofs = proofsOf(amr, now)
  const acr = acrOf(amr)
  if (acr === null) throw new Error(`${amr.join(' ')} proves nobody`)
  const groups = asked.groups ?? (await deps.directory.groupsOf(tx, { type: 'Person', id: person })) ?? []
  const demanded = await lockAndDemand(tx, deps, person, groups)
  const pending = !isAtLeast(acr, demanded)
  const { userAgent } = source
  const { room: evicted, newDevice } = pending
    ? { room: [], newDevice: false }
    : await makeRoomAndLook(tx, deps, { person, now, except: replaces, userAgent })
  if (evicted === 'full') {
    const resource = { type: 'Person', id: person }
    await tx.record({ kind: 'session.refused', outcome: 'refused', resource, reason: 'sessions_too_many' })
    return refuse(sessionErrors.sessions_too_many, { most: deps.config.sessions.most })
  }
  if (newDevice) await tellOfNew(tx, deps, asked)
  const { limits } = await deps.policies.of(tx)
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
  await insertSession(tx, deps.columns, {
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
  await endEach(tx, deps, [
    { roots: evicted, kind: 'session.revoked', reason: 'evicted', now },
    { roots: replaces === undefined ? [] : [replaces], kind: 'session.ended', reason: 'replaced', now },
  ])
  return ok(started)
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
