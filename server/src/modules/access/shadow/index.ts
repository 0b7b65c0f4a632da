import type { CandidatePolicies } from '@holdfast/bundle'
import type { UnsequencedEvent } from '@holdfast/events'
import { PolicyError, type TemplateLinkJson } from '@holdfast/policy'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../../../platform/clock.ts'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Route } from '../../../platform/http/route.ts'
import type { Random } from '../../../platform/random.ts'
import type { UnitOfWork } from '../../../platform/work.ts'
import type { Ledger } from '../../ledger/index.ts'
import type { Authoring } from '../authoring/authoring.ts'
import { createNote, decisionLogRoutes, type ObserveDecision, readSettings } from '../decision-log/index.ts'
import type { Worlds } from '../world/index.ts'
import { createComparison, type ReadyCandidate } from './compare.ts'
import { shadowRoutes } from './routes.ts'
import { compileCandidate, fittingLinks, setJsonOf } from './set.ts'
import { findCandidate } from './store.ts'
import { takeReported } from './take.ts'
import type { CandidateRow } from './types.ts'

export { shadowControls } from './controls.ts'
export { shadowErrors } from './errors.ts'
export { shadowEvents } from './events.ts'
export { shadowTables } from './tables.ts'

export interface ShadowDeps {
  readonly ledger: Pick<Ledger, 'telemetry' | 'search' | 'readEvents' | 'readings'>
  readonly units: UnitOfWork
  readonly authoring: Authoring
  readonly worlds: Pick<Worlds, 'of' | 'at'>
  readonly clock: Clock
  readonly random: Random
  readonly onError: (error: unknown) => void
}

/** What travels to the edges of an application. */
export interface ShadowBundle {
  readonly candidate: CandidatePolicies | null
  readonly decisionLog: { readonly allowRate: number }
}

/** The log of decisions, and policies that are tried out beside the live ones. */
export interface Shadow {
  /** Is shown each decision that the control plane takes for an application. */
  readonly observe: ObserveDecision
  readonly routes: readonly Route[]
  /** @param links of the live policies: those that the candidate's templates can have are its own as well */
  bundleParts(tx: Transaction, application: string, links: readonly TemplateLinkJson[]): Promise<ShadowBundle>
  /** Counts what an edge has compared. @param events new to the log, of an edge that serves this application */
  takeReported(
    tx: Pick<Transaction, 'kysely'>,
    application: string,
    events: readonly UnsequencedEvent[],
    at: Date,
  ): Promise<void>
  /** Writes what was counted. */
  close(): Promise<void>
}

interface Known {
  readonly epoch: number
  readonly allowRate: number
  readonly candidate: ReadyCandidate | null
}

export function createShadow(deps: ShadowDeps): Shadow {
  const { ledger, onError } = deps
  const note = createNote({ ...deps, telemetry: ledger.telemetry })
  const comparison = createComparison({ ...deps, telemetry: ledger.telemetry })
  // Every change of the settings or the candidate is a new epoch of the application.
  const kept = new LRUCache<string, Known>({ max: 500 })

  async function knownOf(tx: Transaction, application: string, epoch: number): Promise<Known> {
    const key = `${tx.tenant} ${application}`
    const before = kept.get(key)
    if (before?.epoch === epoch) return before
    const { allowRate } = await readSettings(tx, application)
    const row = await findCandidate(tx, application)
    const unchanged = before?.candidate?.id === row?.id ? before?.candidate : undefined
    const known = { epoch, allowRate, candidate: unchanged ?? (row === undefined ? null : readyOf(row)) }
    kept.set(key, known)
    return known
  }

  return {
    async observe(seen) {
      try {
        const { allowRate, candidate } = await knownOf(seen.tx, seen.application, seen.epoch)
        note(seen, allowRate)
        if (candidate !== null) comparison.compare(seen, candidate)
      } catch (error) {
        onError(error)
      }
    },
    routes: [
      ...decisionLogRoutes({ ...deps, search: ledger.search }),
      ...shadowRoutes({ ...deps, readEvents: ledger.readEvents, readings: ledger.readings }),
    ],
    async bundleParts(tx, application, links) {
      const decisionLog = await readSettings(tx, application)
      const row = await findCandidate(tx, application)
      return { decisionLog, candidate: row === undefined ? null : withLinks(row, links) }
    },
    takeReported,
    close: () => comparison.close(),
  }
}

function readyOf({ id, policies }: CandidateRow): ReadyCandidate {
  try {
    return { id, set: compileCandidate(policies) }
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return { id, set: null }
  }
}

/** As edges get it. One that cannot be compiled goes as it is: they count each decision as a difference. */
function withLinks(row: CandidateRow, links: readonly TemplateLinkJson[]): CandidatePolicies {
  const { id, set } = readyOf(row)
  const policies = setJsonOf(row.policies)
  return { id, policies: set === null ? policies : { ...policies, templateLinks: fittingLinks(set, links) } }
}
