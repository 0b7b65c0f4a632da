import type { ExceptionMade, InspectionSettings, Protection } from '@holdfast/http-guard'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Tx, Work } from '../../../platform/work.ts'
import { type ChangeDeps, type OwnProtection, replaceProtection } from '../change.ts'
import { exceptionErrors } from './errors.ts'
import { allExceptions, exceptionId, isOfRule, type Kept, type Scope } from './scope.ts'

/** As the schema of the settings bounds each of the two lists. */
const most = 1000

export interface NewException {
  readonly scope: Scope
  /** undefined: as it is, where it is there already */
  readonly note: string | undefined
  readonly expiresAt: string | undefined
  readonly made: ExceptionMade
}

/**
 * Adds an exception to the protection. One that is there already is renewed: its note and its end are what is asked for now, who made it
 * first stays.
 */
export async function makeException(
  work: Work,
  deps: ChangeDeps,
  { application, exception, now }: { application: string; exception: NewException; now: Date },
): Promise<Outcome<Kept>> {
  const { scope, note, expiresAt, made } = exception
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime()) {
    return refuse(exceptionErrors.exception_expired, { expiresAt })
  }
  const id = exceptionId(scope)
  return work((tx) =>
    replaceProtection(tx, deps, { application, now }, async (before) => {
      const { inspection } = before.settings
      const known = allExceptions(inspection).find((each) => exceptionId(each) === id)
      const list = isOfRule(scope) ? inspection.ruleExceptions : inspection.exceptions
      if (known === undefined && list.length >= most) {
        return refuse(exceptionErrors.exceptions_too_many, { application, most })
      }
      const origin = known === undefined ? made : known.made
      const ends = expiresAt ?? known?.expiresAt
      const noted = note ?? known?.note
      const kept = {
        ...scope,
        // One that has ended and is made again without an end has none.
        ...(ends !== undefined && Date.parse(ends) > now.getTime() && { expiresAt: ends }),
        ...(noted !== undefined && { note: noted }),
        ...(origin !== undefined && { made: origin }),
      } as Kept
      const settings = withInspection(before.settings, replaced(inspection, id, kept))
      const told = { id, exception: scope, event: made.event, note: noted ?? null, expiresAt: kept.expiresAt ?? null }
      await record(tx, application, 'protection.exception_made', { ...told, renewed: known !== undefined })
      return ok({ settings, value: kept })
    }),
  )
}

export async function removeException(
  work: Work,
  deps: ChangeDeps,
  { application, id, now }: { application: string; id: string; now: Date },
): Promise<Outcome<{ readonly removed: true }>> {
  return work((tx) =>
    replaceProtection(tx, deps, { application, now }, async (before) => {
      const { inspection } = before.settings
      const known = allExceptions(inspection).find((each) => exceptionId(each) === id)
      if (known === undefined) return refuse(exceptionErrors.exception_unknown, { application, exception: id })
      await record(tx, application, 'protection.exception_removed', { id, exception: known })
      return ok({ settings: withInspection(before.settings, replaced(inspection, id, null)), value: { removed: true } })
    }),
  )
}

export const listExceptions = ({ settings }: OwnProtection): readonly Kept[] => allExceptions(settings.inspection)

const record = (tx: Tx, application: string, kind: string, data: Record<string, unknown>) =>
  tx.record({ kind, resource: { type: 'Application', id: application }, application, data })

const withInspection = (settings: Protection, inspection: InspectionSettings): Protection => ({
  ...settings,
  inspection,
})

function replaced(inspection: InspectionSettings, id: string, kept: Kept | null): InspectionSettings {
  const others = <T extends Kept>(list: readonly T[]): T[] => list.filter((each) => exceptionId(each) !== id)
  const added = (ofRule: boolean): Kept[] => (kept !== null && isOfRule(kept) === ofRule ? [kept] : [])
  return {
    ...inspection,
    exceptions: [...others(inspection.exceptions), ...added(false)] as InspectionSettings['exceptions'],
    ruleExceptions: [...others(inspection.ruleExceptions), ...added(true)] as InspectionSettings['ruleExceptions'],
  }
}
