import { createEntities, type EntityJson, type Explanation, explain } from '@holdfast/policy'
import type { Transaction } from '../../platform/database/database.ts'
import type { Uid } from '../../platform/ports.ts'
import type { RulesStore } from './rules.ts'

export interface Question {
  readonly principal: Uid
  readonly action: string
  readonly resource: Uid
  /** Cedar JSON */
  readonly context?: Readonly<Record<string, unknown>> | undefined
  /** the principal, the resource and whatever the policies look at */
  readonly entities: readonly EntityJson[]
}

export interface Evaluator {
  /** @returns undefined when there is no such application */
  evaluate(tx: Transaction, application: string, question: Question): Promise<Explanation | undefined>
}

export function createEvaluator(rules: RulesStore): Evaluator {
  return {
    async evaluate(tx, application, question) {
      const current = await rules.of(tx, application)
      if (current === undefined) return undefined
      const request = {
        principal: question.principal,
        action: { type: 'Action', id: question.action },
        resource: question.resource,
        context: question.context as never,
      }
      // A forbid that fails denies, here as in the SDK: what cannot be checked is refused.
      return explain(current.set, request, createEntities(question.entities), { onError: 'deny' })
    },
  }
}
