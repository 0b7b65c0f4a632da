import { evaluate } from '@holdfast/policy'
import type { Report } from '../runner.ts'
import type { CedarRequest } from './case.ts'
import type { LoadedCase } from './load.ts'

/** Asks one request of a test and compares the decision, the policies that determined it and the policies that failed. */
export function judge(name: string, loaded: LoadedCase, request: CedarRequest, report: Report): void {
  const context = loaded.schema.context(request.action, request.context, 'keep')
  const answer = evaluate(loaded.policies, { ...request, context }, loaded.entities)
  const expected = show(request.decision, request.reason, request.errors)
  const got = show(
    answer.decision,
    answer.reasons,
    answer.errors.map(({ policy }) => policy),
  )
  if (expected === got) report.pass()
  else report.fail(name, `expected ${expected} got ${got}`)
}

function show(decision: string, reasons: readonly string[], errors: readonly string[]): string {
  return `${decision} reasons [${reasons.toSorted().join(', ')}] errors [${errors.toSorted().join(', ')}]`
}
