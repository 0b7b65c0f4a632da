import { type ConcludedEdge, signReceipt } from '@holdfast/bundle'
import { setTimeout as sleep } from 'node:timers/promises'
import { unixSeconds } from '../../platform/clock.ts'
import type { Transaction } from '../../platform/database/database.ts'
import { currentEpoch } from '../../platform/epoch.ts'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { WorkContext } from '../../platform/ports.ts'
import type { EdgeDeps } from './deps.ts'
import { errors } from './errors.ts'
import { databaseTime, edgesNamed, fenceLeases, type LeasedEdge, leasedEdges } from './store/edges.ts'

export interface BarrierAsk {
  readonly context: WorkContext
  /** undefined: the newest */
  readonly epoch: number | undefined
  /** undefined: every edge of the tenant */
  readonly application: string | undefined
  readonly seconds: number
  readonly signal: AbortSignal
}

export interface AwaitedEdge extends Omit<ConcludedEdge, 'how'> {
  /** `waiting`: it may still act by something older, until its lease is over at `leaseUntil` */
  readonly how: ConcludedEdge['how'] | 'waiting'
  readonly leaseUntil: Date
}

export interface BarrierAnswer {
  readonly state: 'effective' | 'pending'
  readonly epoch: number
  readonly cursor: number
  readonly application: string | null
  /** by the clock of the database; null while pending */
  readonly effectiveAt: Date | null
  readonly edges: readonly AwaitedEdge[]
  readonly event: string
  /** signed, to be verified offline; null while pending */
  readonly receipt: string | null
}

/** What an edge must have said, and who might not have. */
interface Fence {
  readonly epoch: number
  readonly cursor: number
  readonly at: Date
  readonly edges: readonly Fenced[]
}

interface Fenced {
  readonly edge: LeasedEdge
  /** the epoch of its own bundle that holds everything up to the one asked about */
  readonly needed: number
}

type Deps = Pick<EdgeDeps, 'database' | 'clock' | 'key' | 'publicUrl' | 'access' | 'sessions' | 'units'>

const firstPause = 20
const longestPause = 250
/** milliseconds, between times of the database that were rounded here */
const mostRounded = 2
/** of the edges in the event; the receipt names them all */
const mostTold = 40

/**
 * Waits until every edge that had a lease has said that it holds the epoch and the revocations, or its lease is over.
 * @returns `epoch_unknown` for one that no change has had, `edge_application_unknown`
 */
export async function barrier(deps: Deps, ask: BarrierAsk): Promise<Outcome<BarrierAnswer>> {
  const { tenant } = ask.context
  // Not as a read: those see one snapshot, from before the lock that this waits for. It writes nothing.
  const raised = await deps.database.asTenant(tenant, (tx) => raise(deps, tx, ask), 'unsynced')
  if (!raised.ok) return raised
  const fence = raised.value
  const until = performance.now() + ask.seconds * 1000
  let state = { at: fence.at, edges: fence.edges.map(({ edge, needed }) => conclude(fence, edge, needed, edge)) }
  let pause = firstPause
  while (state.edges.some(({ how }) => how === 'waiting') && performance.now() < until && !ask.signal.aborted) {
    await sleep(pause, undefined, { signal: ask.signal }).catch(() => {})
    pause = Math.min(longestPause, pause * 1.5)
    state = await deps.database.asTenant(tenant, (tx) => lookAgain(tx, fence), 'read')
  }
  return ok(await tell(deps, ask, fence, state))
}

async function raise(
  { access, sessions }: Deps,
  tx: Transaction,
  { epoch, application }: BarrierAsk,
): Promise<Outcome<Fence>> {
  await fenceLeases(tx)
  const newest = await currentEpoch(tx)
  const target = epoch ?? newest
  if (target > newest) return refuse(errors.epoch_unknown, { epoch: target, newest })
  const epochs = await access.epochs(tx)
  if (application !== undefined && !epochs.applications.has(application)) {
    return refuse(errors.edge_application_unknown, { application })
  }
  const { newest: cursor } = await sessions.feedEnd(tx)
  const at = await databaseTime(tx)
  // A bundle's epoch is that of the last change of its own: what came after, up to the one asked about, is not in question.
  const needed = ({ application: of }: LeasedEdge) =>
    Math.min(target, (of === null ? epochs.gateway : epochs.applications.get(of)) ?? target)
  const edges = (await leasedEdges(tx, application ?? null)).map((edge) => ({ edge, needed: needed(edge) }))
  return ok({ epoch: target, cursor, at, edges })
}

/** The time is read after what the edges have said. */
async function lookAgain(tx: Transaction, fence: Fence) {
  const now = await edgesNamed(
    tx,
    fence.edges.map(({ edge }) => edge),
  )
  const at = await databaseTime(tx)
  const named = new Map(now.map((edge) => [`${edge.service} ${edge.instance}`, edge]))
  const edges = fence.edges.map(({ edge, needed }) =>
    conclude({ ...fence, at }, edge, needed, named.get(`${edge.service} ${edge.instance}`) ?? edge),
  )
  return { at, edges }
}

/**
 * @param edge as it was at the fence: a lease that was given after it vouches for what is asked about, so that the older one's end
 * counts, also for an edge that asks again and again and cannot take over what it is given
 */
function conclude(fence: Omit<Fence, 'edges'>, edge: LeasedEdge, needed: number, now: LeasedEdge): AwaitedEdge {
  const { service, instance, kind, application, leaseUntil } = edge
  const { epoch, cursor } = now
  const how =
    epoch >= needed && cursor >= fence.cursor
      ? 'acknowledged'
      : now.left
        ? 'left'
        : leaseUntil.getTime() + mostRounded < fence.at.getTime()
          ? 'lapsed'
          : 'waiting'
  return { service, instance, kind, application, how, epoch, cursor, leaseUntil }
}

async function tell(
  { units, key, publicUrl, clock }: Deps,
  ask: BarrierAsk,
  { epoch, cursor }: Fence,
  { at, edges }: { readonly at: Date; readonly edges: readonly AwaitedEdge[] },
): Promise<BarrierAnswer> {
  const application = ask.application ?? null
  const missing = edges.filter(({ how }) => how === 'waiting')
  const effectiveAt = missing.length === 0 ? at : null
  const counted = Object.fromEntries(
    (['acknowledged', 'lapsed', 'left', 'waiting'] as const).map((how) => [
      how,
      edges.filter((edge) => edge.how === how).length,
    ]),
  )
  const told = [...missing, ...edges.filter(({ how }) => how !== 'waiting')].slice(0, mostTold)
  const event = await units.work(ask.context, (tx) =>
    tx.record({
      kind: 'revocation.effective',
      application,
      ...(effectiveAt === null && { outcome: 'failure', reason: 'edges_waiting' }),
      data: {
        epoch,
        cursor,
        effectiveAt: effectiveAt?.toISOString() ?? null,
        counted,
        edges: told.map(({ service, instance, kind, application: of, how }) => ({
          service,
          instance,
          kind,
          application: of,
          how,
        })),
      },
    }),
  )
  const receipt =
    effectiveAt === null
      ? null
      : signReceipt(
          {
            iss: publicUrl,
            tenant: ask.context.tenant,
            jti: event,
            iat: unixSeconds(clock.now()),
            epoch,
            cursor,
            application,
            effectiveAt: effectiveAt.toISOString(),
            edges: edges.flatMap(concluded),
          },
          key,
        )
  return {
    state: effectiveAt === null ? 'pending' : 'effective',
    epoch,
    cursor,
    application,
    effectiveAt,
    edges,
    event,
    receipt,
  }
}

function concluded({ service, instance, kind, application, how, epoch, cursor }: AwaitedEdge): ConcludedEdge[] {
  return how === 'waiting' ? [] : [{ service, instance, kind, application, how, epoch, cursor }]
}
