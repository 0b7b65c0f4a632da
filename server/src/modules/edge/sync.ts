import { LEASE_LIFETIME, signLease, SYNC_WAIT, type SyncRequest, type SyncResponse } from '@holdfast/bundle'
import { addSeconds, type Clock, unixSeconds } from '../../platform/clock.ts'
import type { Database, Transaction } from '../../platform/database/database.ts'
import { currentEpoch } from '../../platform/epoch.ts'
import { platformErrors } from '../../platform/errors.ts'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Access } from '../access/index.ts'
import type { Bundles } from './bundle.ts'
import type { EdgeDeps } from './deps.ts'
import { errors } from './errors.ts'
import type { Hub } from './hub.ts'
import type { ControlPlaneKey } from './signing-key.ts'
import { type EdgeName, lend, shareLeases } from './store/edges.ts'

export interface SyncDeps {
  readonly database: Database
  readonly clock: Clock
  readonly publicUrl: string
  readonly access: Pick<Access, 'epochs'>
  readonly sessions: Pick<EdgeDeps['sessions'], 'revokedSince'>
  readonly bundles: Bundles
  readonly key: ControlPlaneKey
  readonly hub: Hub
}

interface News {
  readonly epoch: number
  /** the tenant's epoch: everything up to it is in what is told here */
  readonly through: number
  readonly bundle: string | null
  readonly cursor: number
  readonly revoked: SyncResponse['revoked']
  /** when the look began: the lease says nothing about what came later */
  readonly asOf: Date
}

/** Answers at once when there is news, else when there is some or the time is over; always with a fresh lease. */
export async function sync(
  deps: SyncDeps,
  asker: EdgeName & { readonly tenant: string },
  request: SyncRequest,
  signal: AbortSignal,
): Promise<Outcome<SyncResponse>> {
  const { database, clock, hub } = deps
  const until = addSeconds(clock.now(), request.waitSeconds)
  for (;;) {
    const left = Math.max(0, (until.getTime() - clock.now().getTime()) / 1000)
    // Armed before the look: news between the look and the wait wakes it.
    const waiter = hub.wait(asker.tenant, left, signal)
    try {
      const news = await database.asTenant(asker.tenant, (tx) => look(deps, tx, request), 'read')
      if (news === undefined) return refuse(errors.edge_application_required)
      // A database that was set back: this edge refuses everything that there is, so that no lease is lent to it.
      if (request.epoch > news.epoch) return refuse(errors.edge_ahead, { held: request.epoch, newest: news.epoch })
      if (signal.aborted) return refuse(platformErrors.stopping)
      if (news.bundle !== null || news.revoked.length > 0 || left === 0) return await lent(deps, asker, request)
      waiter.saw(news.through)
      await waiter.news
    } finally {
      waiter.cancel()
    }
  }
}

/** Looks once more, writes down the lease in the same transaction, and only then gives it. */
async function lent(
  deps: SyncDeps,
  asker: EdgeName & { readonly tenant: string },
  request: SyncRequest,
): Promise<Outcome<SyncResponse>> {
  const { database, publicUrl, key } = deps
  // The edge counts its wait and the life from its question, which came before this.
  const seconds = Math.max(SYNC_WAIT, request.waitSeconds) + LEASE_LIFETIME
  const news = await database.asTenant(asker.tenant, async (tx) => {
    await shareLeases(tx)
    const seen = await look(deps, tx, request)
    return seen !== undefined && (await lend(tx, asker, seconds, seen.asOf)) ? seen : undefined
  })
  if (news === undefined) return refuse(errors.edge_left)
  const { epoch, through, bundle, cursor, revoked, asOf } = news
  const audience = request.application ?? '*'
  const lease = signLease({ issuer: publicUrl, audience, epoch, through, now: unixSeconds(asOf) }, key)
  return ok({ bundle, lease, epoch, cursor, revoked })
}

async function look(deps: SyncDeps, tx: Transaction, request: SyncRequest): Promise<News | undefined> {
  const asOf = deps.clock.now()
  // First: what is read after it may be newer, and must not be older.
  const through = await currentEpoch(tx)
  const epochs = await deps.access.epochs(tx)
  const { application } = request
  const epoch = application === undefined ? epochs.gateway : epochs.applications.get(application)
  if (epoch === undefined) return undefined
  const { cursor, revoked } = await wholeFeed(deps, tx, request.cursor)
  const bundle =
    epoch === request.epoch
      ? null
      : application === undefined
        ? await deps.bundles.gateway(tx, epoch)
        : ((await deps.bundles.application(tx, application, epoch)) ?? null)
  return { epoch, through, bundle, cursor, revoked, asOf }
}

/** A lease vouches for the feed as a whole, so that all of it goes with the lease. */
async function wholeFeed(
  { sessions }: SyncDeps,
  tx: Transaction,
  from: number,
): Promise<Pick<News, 'cursor' | 'revoked'>> {
  const revoked: SyncResponse['revoked'][number][] = []
  for (let cursor = from; ; ) {
    const page = await sessions.revokedSince(tx, cursor)
    for (const { session, acr } of page.revoked) revoked.push({ session, ...(acr !== undefined && { acr }) })
    cursor = page.cursor
    if (!page.more) return { cursor, revoked }
  }
}
