import { addSeconds, type Clock } from '../../platform/clock.ts'
import type { Control, ControlMapping, ControlResult } from '../../platform/control.ts'
import type { Database } from '../../platform/database/database.ts'
import type { ComplianceConfig } from './config.ts'

export interface CheckedControl extends ControlResult {
  readonly id: string
  readonly title: string
  readonly statement: string
  readonly mapsTo: readonly ControlMapping[]
  readonly checkedAt: Date
}

export interface CheckDeps {
  readonly database: Database
  readonly clock: Clock
  readonly config: ComplianceConfig
  /** of all modules */
  readonly controls: readonly Control[]
  readonly onError: (error: unknown, control: string) => void
}

export type CheckControls = (tenant: string) => Promise<readonly CheckedControl[]>

/**
 * Runs every control against the live installation, one after the other. A result is kept for a few seconds, and
 * callers who come at the same time share one run.
 */
export function createCheckControls(deps: CheckDeps): CheckControls {
  const kept = new Map<string, { readonly until: Date; readonly results: Promise<readonly CheckedControl[]> }>()
  return (tenant) => {
    const now = deps.clock.now()
    const known = kept.get(tenant)
    if (known !== undefined && now < known.until) return known.results
    const results = runAll(deps, tenant)
    kept.set(tenant, { until: addSeconds(now, deps.config.cacheSeconds), results })
    return results
  }
}

async function runAll(deps: CheckDeps, tenant: string): Promise<readonly CheckedControl[]> {
  const results: CheckedControl[] = []
  for (const control of deps.controls) {
    const { id, title, statement, mapsTo } = control
    const result = await runOne(deps, control, tenant)
    results.push({ id, title, statement, mapsTo, ...result, checkedAt: deps.clock.now() })
  }
  return results
}

/** A control that cannot be checked has not passed. */
async function runOne(deps: CheckDeps, control: Control, tenant: string): Promise<ControlResult> {
  const { database, clock, config, onError } = deps
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('took too long')), config.timeoutSeconds * 1000)
  try {
    return await Promise.race([control.check({ database, tenant, now: clock.now() }), late.promise])
  } catch (error) {
    onError(error, control.id)
    return { status: 'unknown', evidence: 'The check itself failed; the server log says why.' }
  } finally {
    clearTimeout(timer)
  }
}
