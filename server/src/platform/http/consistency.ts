import type { Transaction } from '../database/database.ts'
import { currentEpoch, minEpochHeader } from '../epoch.ts'
import { Fault, platformErrors } from '../errors.ts'
import { type Outcome, ok, refuse } from '../outcome.ts'
import { queryOf } from './request.ts'
import { isPublic, type Route } from './route.ts'

/** On the answer to a change with `wait=effective`: when it was effective at every edge, or `pending`. */
export const effectiveHeader = 'holdfast-effective'

/** What every route may be asked beside its own input. */
export interface Demands {
  /** `Holdfast-Min-Epoch`: nothing older than this may be read */
  readonly minEpoch: number | null
  /** `wait=effective`: the change is answered when every edge has it */
  readonly effective: boolean
  /** the query without what is not the route's own */
  readonly query: Readonly<Record<string, string>>
}

/** @returns the demands; `input_invalid` for one that cannot be read */
export function demandsOf(route: Pick<Route, 'method' | 'event' | 'permission'>, request: Request): Outcome<Demands> {
  const { wait, ...others } = queryOf(new URL(request.url))
  // Nobody holds a request open whom we do not know.
  const changes = route.method !== 'GET' && route.event !== null && !isPublic(route.permission)
  if (changes && wait !== undefined && wait !== 'effective') return invalid('query.wait', 'must be: effective')
  const wanted = request.headers.get(minEpochHeader)
  if (wanted !== null && !/^\d{1,15}$/.test(wanted)) return invalid(`headers.${minEpochHeader}`, 'must be an epoch')
  return ok({
    minEpoch: wanted === null ? null : Number(wanted),
    effective: changes && wait === 'effective',
    query: changes || wait === undefined ? others : { ...others, wait },
  })
}

function invalid(path: string, message: string): Outcome<never> {
  return refuse(platformErrors.input_invalid, {}, { errors: [{ path, message }] })
}

/**
 * Reads no snapshot that is older than what was demanded. The transaction that answers is the one that is asked: behind a
 * pooler that spreads reads over standbys another one would say nothing about it.
 * @throws Fault `epoch_not_reached`
 */
export async function asRecent<T>(
  tx: Transaction,
  { minEpoch }: Pick<Demands, 'minEpoch'>,
  use: (tx: Transaction) => Promise<T>,
): Promise<T> {
  if (minEpoch === null) return use(tx)
  const current = await currentEpoch(tx)
  if (current < minEpoch) throw new Fault(platformErrors.epoch_not_reached, `${current} is older than ${minEpoch}`)
  return use(tx)
}
