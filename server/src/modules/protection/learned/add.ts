import { type Learned, mergeLearned } from '@holdfast/inspection'
import type { Transaction } from '../../../platform/database/database.ts'
import { type Outcome, ok } from '../../../platform/outcome.ts'
import { readProtection } from '../change.ts'
import type { ProtectionDeps } from '../deps.ts'
import { findLearned, lockLearned, putLearned } from './store.ts'

/** Bytes of what is kept of one application, as JSON. */
const most = 2 * 1024 * 1024
/** So far counts go; more are not told apart. */
const mostCounted = 1_000_000_000

/** Adds what a gateway has learnt, where the application still learns and there is room. */
export async function addLearned(
  tx: Transaction,
  deps: Pick<ProtectionDeps, 'access'>,
  { application, learned }: { readonly application: string; readonly learned: Learned },
  now: Date,
): Promise<Outcome<{ readonly accepted: boolean }>> {
  const found = await readProtection(tx, deps, application)
  if (!found.ok) return found
  if (!found.value.settings.inspection.learn) return ok({ accepted: false })
  await lockLearned(tx, application)
  const known = await findLearned(tx, application)
  const merged = JSON.stringify(mergeLearned(known?.learned ?? null, learned), (name, value: unknown) =>
    name === 'count' && typeof value === 'number' ? Math.min(value, mostCounted) : value,
  )
  if (merged.length > most) return ok({ accepted: false })
  await putLearned(tx, application, merged, requestsIn(learned), now)
  return ok({ accepted: true })
}

function requestsIn({ literals, any, methods }: Learned): number {
  const own = Object.values(methods).reduce((sum, { count }) => sum + count, 0)
  const below = [...Object.values(literals), ...(any === null ? [] : [any])]
  return Math.min(
    mostCounted,
    below.reduce((sum, each) => sum + requestsIn(each), own),
  )
}
