import type { Tx } from '../../../platform/work.ts'
import { endAllOf } from '../sessions/end.ts'
import type { MfaTools } from './parts.ts'

/** What a person is told of by letter, and the log by event. */
export type FactorName = 'passkey' | 'authenticator app' | 'recovery codes'

export interface ChangeOfFactor {
  readonly kind: 'factor.enrolled' | 'factor.removed'
  readonly person: string
  readonly factor: FactorName
  /** the passkey or the app */
  readonly id?: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** Records a change of somebody's own factors, and writes to them: it may not have been they (ASVS 5.0, 6.3.7). */
export async function tellChange(tx: Tx, { mail }: Pick<MfaTools, 'mail'>, change: ChangeOfFactor): Promise<void> {
  const { kind, person, factor, id, data } = change
  await tx.record({
    kind,
    actor: { type: 'Person', id: person },
    resource: { type: 'Person', id: person },
    data: { factor, ...(id !== undefined && { id }), ...data },
  })
  const to = { person }
  if (factor === 'recovery codes') await mail.send(tx, { to, template: 'recovery-codes-made', values: {} })
  else if (kind === 'factor.enrolled') await mail.send(tx, { to, template: 'factor-added', values: { factor } })
  else await mail.send(tx, { to, template: 'factor-removed', values: { factor } })
}

/** Ends the person's other sessions where they wish so, with what clients were given in others. @returns how many ended */
export function endOthers(
  tx: Tx,
  deps: MfaTools,
  { person, keep, now }: { readonly person: string; readonly keep: string; readonly now: Date },
): Promise<number> {
  const stays = { session: keep, withOffline: true }
  return endAllOf(tx, deps, person, { kind: 'session.revoked', reason: 'factors_changed', now, keep: stays })
}
