import type { Transaction } from '../../platform/database/database.ts'
import type { CheckedControl } from './check.ts'

/** What the overview asks of other modules; each counts its own rows, as the tenant of the transaction. */
export interface OverviewPorts {
  countPeople(tx: Transaction): Promise<{ readonly total: number; readonly active: number; readonly disabled: number }>
  /** sessions of people that are valid now */
  countSessions(tx: Transaction, now: Date): Promise<number>
  applications(tx: Transaction): Promise<readonly ApplicationOverview[]>
  countEvents(tx: Transaction, now: Date): Promise<EventCounts>
  /** whose operators look after the installation, which the controls are about */
  readonly first: string
}

interface ApplicationOverview {
  readonly id: string
  readonly name: string
  readonly epoch: number
  readonly edges: number
  /** ISO 8601; null when no edge was seen yet */
  readonly lastSeenAt: string | null
}

interface EventCounts {
  readonly events24h: number
  readonly refusals24h: number
  readonly signIns: { readonly succeeded24h: number; readonly refused24h: number }
  readonly series: readonly { readonly hour: string; readonly allowed: number; readonly refused: number }[]
  readonly head: { readonly seq: number; readonly hash: string }
}

/** Reads everything in one transaction; the controls were checked before it, as they take their own. */
export async function readOverview(
  ports: OverviewPorts,
  tx: Transaction,
  now: Date,
  controls: readonly CheckedControl[] | null,
) {
  const people = await ports.countPeople(tx)
  const active = await ports.countSessions(tx, now)
  const applications = await ports.applications(tx)
  const { head, series, ...counts } = await ports.countEvents(tx, now)
  return {
    people,
    sessions: { active },
    ...counts,
    series: [...series],
    ledger: head,
    applications: [...applications],
    controls: controls && {
      passed: controls.filter(({ status }) => status === 'pass').length,
      failed: controls.filter(({ status }) => status === 'fail').length,
      total: controls.length,
    },
  }
}
