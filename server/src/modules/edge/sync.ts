import { signLease, type SyncRequest, type SyncResponse } from '@holdfast/bundle'
import { addSeconds, type Clock, unixSeconds } from '../../platform/clock.ts'
import type { Database, Transaction } from '../../platform/database/database.ts'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Access } from '../access/index.ts'
import type { Bundles } from './bundle.ts'
import type { EdgeDeps } from './deps.ts'
import { errors } from './errors.ts'
import type { Hub } from './hub.ts'
import type { ControlPlaneKey } from './signing-key.ts'

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
  readonly bundle: string | null
  readonly cursor: number
  readonly revoked: readonly { readonly session: string }[]
  /** when the look began: the lease says nothing about what came later */
  readonly asOf: Date
}

/** Answers at once when there is news, else when there is some or the time is over; always with a fresh lease. */
export async function sync(
  deps: SyncDeps,
  tenant: string,
  request: SyncRequest,
  signal: AbortSignal,
): Promise<Outcome<SyncResponse>> {
  const until = addSeconds(deps.clock.now(), request.waitSeconds)
  for (;;) {
    // Armed before the look: news between the look and the wait wakes it.
    const left = Math.max(0, (until.getTime() - deps.clock.now().getTime()) / 1000)
    const disarm = new AbortController()
    const armed = deps.hub.wait(left, AbortSignal.any([signal, disarm.signal]))
    const news = await deps.database.asTenant(tenant, (tx) => look(deps, tx, request), 'read')
    if (news === undefined) {
      disarm.abort()
      return refuse(errors.edge_application_required)
    }
    if (news.bundle !== null || news.revoked.length > 0 || left === 0 || signal.aborted) {
      disarm.abort()
      return ok(answer(deps, request, news))
    }
    await armed
  }
}

async function look(deps: SyncDeps, tx: Transaction, request: SyncRequest): Promise<News | undefined> {
  const asOf = deps.clock.now()
  const epochs = await deps.access.epochs(tx)
  const { application } = request
  const epoch = application === undefined ? epochs.gateway : epochs.applications.get(application)
  if (epoch === undefined) return undefined
  const revocations = await deps.sessions.revokedSince(tx, request.cursor)
  // Not only when newer: an edge that holds more than there is (a restored database) needs the real one as well.
  const bundle =
    epoch === request.epoch
      ? null
      : application === undefined
        ? await deps.bundles.gateway(tx, epoch)
        : ((await deps.bundles.application(tx, application, epoch)) ?? null)
  return {
    epoch,
    bundle,
    cursor: revocations.cursor,
    revoked: revocations.revoked.map(({ session }) => ({ session })),
    asOf,
  }
}

function answer({ publicUrl, key }: SyncDeps, request: SyncRequest, news: News): SyncResponse {
  const audience = request.application ?? '*'
  const lease = signLease({ issuer: publicUrl, audience, epoch: news.epoch, now: unixSeconds(news.asOf) }, key)
  return { bundle: news.bundle, lease, epoch: news.epoch, cursor: news.cursor, revoked: news.revoked }
}
