import type { SyncRequest } from '@holdfast/bundle'
import { type Outcome, ok, refuse } from '../../platform/outcome.ts'
import type { Caller, Source } from '../../platform/ports.ts'
import type { EdgeDeps } from './deps.ts'
import { errors } from './errors.ts'
import { acknowledge, lastSaid, sight } from './store/edges.ts'

/**
 * Writes down what the edge says that it holds: from the answer that it took over on it decides by nothing older, so that
 * this is its acknowledgement. It commits before the long poll begins. The first time of an edge is an event.
 * @returns `edge_application_required`, or `edge_ahead` for one that holds more than there is
 */
export async function arrive(
  { database, units, access, sessions }: EdgeDeps,
  { tenant, principal, name }: Caller,
  arriving: SyncRequest & { readonly source: Source; readonly requestId: string; readonly now: Date },
): Promise<Outcome<null>> {
  const { source, requestId, epoch, now: at } = arriving
  const application = arriving.application ?? null
  const { kind, version, id: instance } = arriving.edge
  const edge = { service: principal.id, instance }
  const { newest, before, feed } = await database.asTenant(
    tenant,
    async (tx) => {
      const epochs = await access.epochs(tx)
      return {
        newest: application === null ? epochs.gateway : epochs.applications.get(application),
        before: await lastSaid(tx, edge),
        feed: await sessions.feedEnd(tx),
      }
    },
    'read',
  )
  if (newest === undefined) return refuse(errors.edge_application_required)
  // After a restored backup: it refuses everything that there is, and what it says acknowledges nothing.
  if (epoch > newest) return refuse(errors.edge_ahead, { held: epoch, newest })
  const held = { epoch, cursor: arriving.cursor > feed.last ? 0 : arriving.cursor }
  if (before === undefined) {
    await units.work({ tenant, actor: { ...principal, name }, source, requestId }, async (tx) => {
      if (!(await sight(tx, { ...edge, ...held, kind, version, application, at }))) return
      const data = { kind, version, instance }
      await tx.record({ kind: 'edge.attached', resource: principal, application, data })
    })
  } else if (held.epoch > before.epoch || held.cursor > before.cursor) {
    // Lost in a power cut it is said again: until then it counts as not said.
    await database.asTenant(tenant, (tx) => acknowledge(tx, edge, held), 'unsynced')
  }
  return ok(null)
}
