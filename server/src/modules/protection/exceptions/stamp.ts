import type { ExceptionMade, Protection } from '@holdfast/http-guard'
import { allExceptions, exceptionId, type Kept } from './scope.ts'

/**
 * Who made an exception is what the control plane saw, not what a document says: what was there before keeps its origin, what is new has
 * that of whoever writes the document.
 */
export function stampExceptions(settings: Protection, before: Protection, made: ExceptionMade): Protection {
  const known = new Map(allExceptions(before.inspection).map((each) => [exceptionId(each), each.made]))
  const stamped = <T extends Kept>(kept: T) => {
    const { made: _, ...rest } = kept
    const id = exceptionId(rest as unknown as Kept)
    const origin = known.has(id) ? known.get(id) : made
    return { ...rest, ...(origin !== undefined && { made: origin }) } as unknown as T
  }
  const { inspection } = settings
  const exceptions = inspection.exceptions.map(stamped)
  const ruleExceptions = inspection.ruleExceptions.map(stamped)
  return { ...settings, inspection: { ...inspection, exceptions, ruleExceptions } }
}

/** What gateways need: people and what they noted stay here. */
export function forEdges(settings: Protection): Protection {
  const bare = <T extends Kept>(kept: T) => {
    const { note: _, made: __, ...rest } = kept
    return rest as unknown as T
  }
  const { inspection } = settings
  return {
    ...settings,
    inspection: {
      ...inspection,
      exceptions: inspection.exceptions.map(bare),
      ruleExceptions: inspection.ruleExceptions.map(bare),
    },
  }
}
