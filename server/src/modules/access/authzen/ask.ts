import type { Explanation } from '@holdfast/policy'
import type { Transaction } from '../../../platform/database/database.ts'
import { type Outcome, refuse } from '../../../platform/outcome.ts'
import type { Uid } from '../../../platform/ports.ts'
import type { Asked } from '../decision-log/types.ts'
import { errors } from '../errors.ts'
import { askerFor, type EvaluationDeps } from '../evaluate.ts'
import { actionOf, knownActions } from './names.ts'
import type { EvaluationRequest } from './requests.ts'
import { contextOf, toCedar } from './values.ts'

/** Decides one evaluation. */
export type AskOne = (request: EvaluationRequest) => Promise<Outcome<Explanation>>

/** Reads at once what evaluations to come will name. */
export type Foresee = (uids: readonly Uid[]) => Promise<void>

/** Everything that is asked in one transaction rests on one loading of the rules. */
export async function withAsker<Answer>(
  tx: Transaction,
  deps: EvaluationDeps,
  { application, asked }: { readonly application: string; readonly asked: Asked },
  use: (askOne: AskOne, foresee: Foresee) => Promise<Outcome<Answer>>,
): Promise<Outcome<Answer>> {
  const asker = await askerFor(tx, deps, application)
  if (asker === undefined) return refuse(errors.application_not_found, { application })
  const { rules } = asker
  const actions = knownActions({ schemaJson: rules.schemaJson, policies: rules }, rules)
  const askOne: AskOne = ({ subject, action, resource, context }) =>
    asker.ask({
      principal: { type: subject.type, id: subject.id },
      action: actionOf(action.name, actions),
      resource: { type: resource.type, id: resource.id },
      principalAttributes: subject.properties && toCedar(subject.properties),
      resourceAttributes: resource.properties && toCedar(resource.properties),
      context: contextOf(context, action),
      asked,
    })
  return use(askOne, (uids) => asker.foresee(uids))
}
