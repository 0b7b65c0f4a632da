import { type Outcome, refuse, ok } from '../../../platform/outcome.ts'
import type { Transaction } from '../../../platform/database/database.ts'
import { uuid } from '../../../platform/uuid.ts'
import type { ProtectionDeps } from '../deps.ts'
import { exceptionErrors } from '../exceptions/errors.ts'
import { type BlockedRequest, requestOf } from './request.ts'

/** @returns `event_unknown` for an event of another tenant or application, or of another kind, as for one that is not there */
export async function findRequest(
  tx: Transaction,
  { ledger }: Pick<ProtectionDeps, 'ledger'>,
  application: string,
  event: string,
): Promise<Outcome<BlockedRequest>> {
  const [stored] = uuid.test(event) ? await ledger.readEvents(tx, [event]) : []
  const request = stored === undefined ? undefined : requestOf(stored)
  return request?.application === application
    ? ok(request)
    : refuse(exceptionErrors.event_unknown, { application, event })
}
