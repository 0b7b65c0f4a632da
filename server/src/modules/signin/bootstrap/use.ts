import type { Source } from '../../../platform/ports.ts'
import type { UnitOfWork } from '../../../platform/work.ts'
import type { BootstrapRow } from '../store/bootstraps.ts'

/** Every use, and every attempt after the end: nobody has this token in everyday life. */
export async function recordBootstrapUse(
  units: UnitOfWork,
  row: BootstrapRow,
  accepted: boolean,
  source: Source,
): Promise<void> {
  const actor = { type: 'Service', id: row.service, name: 'bootstrap' }
  await units.work({ tenant: row.tenant, actor, source, requestId: null }, (tx) =>
    tx.record(
      accepted
        ? { kind: 'bootstrap.used' }
        : { kind: 'bootstrap.used', outcome: 'refused', reason: row.completedAt === null ? 'expired' : 'completed' },
    ),
  )
}
