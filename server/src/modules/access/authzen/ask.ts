import type { Explanation } from '@holdfast/policy'
import type { Transaction } from '../../../platform/database/database.ts'
import type { Outcome } from '../../../platform/outcome.ts'
import { evaluateFor } from '../evaluate.ts'
import type { EvaluationRequest } from './requests.ts'
import { contextOf, toCedar } from './values.ts'

export type AskDeps = Parameters<typeof evaluateFor>[1]

/** Decides one evaluation. */
export function ask(
  tx: Transaction,
  deps: AskDeps,
  application: string,
  { subject, action, resource, context }: EvaluationRequest,
): Promise<Outcome<Explanation>> {
  return evaluateFor(tx, deps, application, {
    principal: { type: subject.type, id: subject.id },
    action: action.name,
    resource: { type: resource.type, id: resource.id },
    principalAttributes: toCedar(subject.properties ?? {}),
    resourceAttributes: toCedar(resource.properties ?? {}),
    context: contextOf(context, action),
  })
}
