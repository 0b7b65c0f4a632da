import { createGroupCommitByTenant } from '../../../platform/group-commit.ts'
import type { WorkContext } from '../../../platform/ports.ts'
import type { Tx } from '../../../platform/work.ts'
import { holdGrants, type Rotation, rotate } from '../store/refresh.ts'
import type { RequestBuffer } from './buffer.ts'
import { contextOf, type Flushed, type FlushDeps, issuedEvent } from './flush.ts'

/** A request that does nothing but to use up a refresh token for the next one. */
export interface PlainRotation {
  readonly held: RequestBuffer
  readonly tenant: string
  readonly grant: string
  readonly session: string | null
  /** of the client, as it was found */
  readonly version: number
  readonly rotation: Rotation
}

/** @returns undefined where more is written, or something else */
export function plainRotation(held: RequestBuffer): PlainRotation | undefined {
  const { tenant, consumed, artifacts, issued, clients, failed, tx } = held
  const [used, next, token, client] = [consumed[0], [...artifacts.values()][0], issued[0], [...clients.values()][0]]
  if (tenant === undefined || used === undefined || next === undefined || token === undefined) return undefined
  if (client === undefined || failed !== undefined || tx !== undefined) return undefined
  if (consumed.length + artifacts.size + issued.length + clients.size !== 4 || hasMore(held)) return undefined
  if (used.kind !== 'RefreshToken' || next.kind !== 'RefreshToken') return undefined
  const { grant, session } = token
  if (grant === null || next.payload.grantId !== grant || token.principal.type !== 'Person') return undefined
  if (token.client !== client.clientId || next.payload.clientId !== client.clientId) return undefined
  const rotation = { used: used.id, next, token, now: held.now }
  return { held, tenant, grant, session, version: client.version, rotation }
}

function hasMore(held: RequestBuffer): boolean {
  const { events, replays, grants, destroyed, revokedGrants, revokedTokens, exchangedOf, authorized } = held
  const all = events.length + replays.length + grants.size + destroyed.size
  return all + revokedGrants.size + revokedTokens.size + exchangedOf.size + authorized.size > 0
}

interface Entry {
  readonly asked: PlainRotation
  flushed?: Flushed
}

/** of one transaction */
const most = 64

/**
 * Rotations that come at the same time share a transaction, and wait for nobody in it. Each is as if it were alone: its sign-in is held,
 * its family locked and seen to live, its client seen to be as it was found; the token is used up where its successor is written.
 * @returns undefined for one that was not to be had like that, and of which nothing was written: it is to be written by itself. So
 * are all that shared a transaction which failed: the fault is then that of the one whose it is, and of nobody else
 */
export function createRotateTogether(deps: FlushDeps): (asked: PlainRotation) => Promise<Flushed | undefined> {
  const commit = createGroupCommitByTenant<Entry>(
    (tenant, entries) => writeOf(deps, tenant, entries),
    (error) => deps.onError(error, 'refresh tokens used together'),
    most,
  )
  return async (asked) => {
    const entry: Entry = { asked }
    await commit(entry)
    return entry.flushed
  }
}

async function writeOf(deps: FlushDeps, tenant: string, entries: readonly Entry[]): Promise<void> {
  const context: WorkContext = { tenant, actor: null, source: { address: null, userAgent: null }, requestId: null }
  const done = await deps.units.work(context, async (tx) => {
    const good = await held(tx, deps, entries)
    if (good.length === 0) return []
    const rotations = good.map(({ asked }) => asked.rotation)
    const used = await rotate(tx, deps.columns, rotations)
    const written = good.filter(({ asked }) => used.has(asked.rotation.used))
    const records = written.map(({ asked }) => ({
      event: issuedEvent(asked.rotation.token),
      context: contextOf(asked.held, tenant),
    }))
    const ids = await deps.recordEvents(tx, records)
    return written.map((entry, place) => ({ entry, eventId: ids[place] }))
  })
  for (const { entry, eventId } of done) {
    entry.flushed = { kind: 'written', ...(eventId !== undefined && { eventId }) }
  }
}

/** Sign-ins first, then families, as everybody locks them. Of one family only one: the other finds what came of it. */
async function held(tx: Tx, deps: FlushDeps, entries: readonly Entry[]): Promise<readonly Entry[]> {
  const byGrant = new Map(entries.toReversed().map((entry) => [entry.asked.grant, entry]))
  const first = [...byGrant.values()]
  const sessions = new Set(first.flatMap(({ asked }) => asked.session ?? []))
  const live = sessions.size === 0 ? sessions : await deps.sessions.holdSignIns(tx, [...sessions])
  const standing = first.filter(({ asked }) => asked.session === null || live.has(asked.session))
  if (standing.length === 0) return []
  const versions = await holdGrants(
    tx,
    standing.map(({ asked }) => asked.grant),
  )
  return standing.filter(({ asked }) => versions.get(asked.grant) === asked.version)
}
