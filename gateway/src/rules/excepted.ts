import type { RuleException } from '@holdfast/http-guard'
import { operationTest } from '@holdfast/inspection'
import type { Excluded } from './trial.ts'

/** What rules do not look at in a request. @param path as written, without the query */
export type ExcludedFor = (method: string, path: string) => readonly Excluded[]

const none: readonly Excluded[] = []

/** @param now milliseconds since 1970: an exception that has ended does nothing */
export function compileRuleExceptions(exceptions: readonly RuleException[], now: () => number): ExcludedFor {
  if (exceptions.length === 0) return () => none
  const compiled = exceptions.map(({ operation, rule, variable, expiresAt }) => ({
    excluded: { rule, variable },
    fits: operationTest(operation),
    until: expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt),
  }))
  return (method, path) =>
    compiled.filter(({ fits, until }) => fits(method, path, null) && now() < until).map(({ excluded }) => excluded)
}
