import type { z } from 'zod'
import { addSeconds } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import { Fault } from '../../../platform/errors.ts'
import { pendingSeconds } from './change.ts'
import { sealErrors } from './errors.ts'
import { listReplicas } from './replica-store.ts'
import { shamirParameters } from './shamir.ts'
import type { SealDetails } from './shapes.ts'
import { currentSeal, pendingSeal, type SealRow } from './store.ts'

/** Twice the time between two signs of life, and some. */
const answeringSeconds = 150

export async function describeSeal(database: Database, now: Date): Promise<z.input<typeof SealDetails>> {
  return database.asSystem(async (tx) => {
    const current = await currentSeal(tx)
    if (current === undefined) throw new Fault(sealErrors.sealed, 'there is no seal')
    const pending = await pendingSeal(tx, addSeconds(now, -pendingSeconds))
    const heard = addSeconds(now, -answeringSeconds)
    return {
      id: current.id,
      kind: current.kind,
      since: current.created_at.toISOString(),
      shares: sharesOf(current),
      root: { generation: current.generation, since: current.root_since.toISOString() },
      replicas: (await listReplicas(tx)).map(({ id, seen_at: seen }) => ({
        id,
        seenAt: seen.toISOString(),
        answering: seen > heard,
      })),
      pending: pending === undefined ? null : pendingOf(pending),
    }
  })
}

function sharesOf({ kind, parameters }: SealRow) {
  if (kind !== 'shamir') return null
  const { threshold, digests } = shamirParameters.parse(parameters)
  return { total: digests.length, threshold }
}

function pendingOf({ id, parameters, created_at: made }: SealRow) {
  const { threshold, digests } = shamirParameters.parse(parameters)
  return {
    id,
    shares: digests.length,
    threshold,
    preparedAt: made.toISOString(),
    expiresAt: addSeconds(made, pendingSeconds).toISOString(),
  }
}
