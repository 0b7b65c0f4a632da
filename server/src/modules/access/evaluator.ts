import {
  compile,
  createEntities,
  type EntityJson,
  type Explanation,
  explain,
  type PolicyJson,
  type PolicySet,
} from '@holdfast/policy'
import { LRUCache } from 'lru-cache'
import type { Transaction } from '../../platform/database/database.ts'
import type { Uid } from '../../platform/ports.ts'
import { listPolicies, readEpoch } from './store.ts'

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

/**
 * Policies are parsed once and kept compiled until the application's epoch, which is read with every decision, says
 * that something changed: a replica never decides by what it remembers.
 */
export function createEvaluator(): Evaluator {
  const compiled = new LRUCache<string, { epoch: number; set: PolicySet }>({ max: 1_000 })

  async function policySet(tx: Transaction, application: string): Promise<PolicySet | undefined> {
    const epoch = await readEpoch(tx, application)
    if (epoch === undefined) return undefined
    const key = `${tx.tenant} ${application}`
    const known = compiled.get(key)
    if (known?.epoch === epoch) return known.set
    const rows = await listPolicies(tx, application)
    const set = compile(policySetJson(rows))
    compiled.set(key, { epoch, set })
    return set
  }

  return {
    async evaluate(tx, application, question) {
      const set = await policySet(tx, application)
      if (set === undefined) return undefined
      const request = {
        principal: question.principal,
        action: { type: 'Action', id: question.action },
        resource: question.resource,
        context: question.context as never,
      }
      // A forbid that fails denies, here as in the SDK: what cannot be checked is refused.
      return explain(set, request, createEntities(question.entities), { onError: 'deny' })
    },
  }
}

export function policySetJson(rows: readonly { name: string; parsed: unknown }[]): {
  staticPolicies: Record<string, PolicyJson>
  templates: Record<string, never>
  templateLinks: never[]
} {
  return {
    staticPolicies: Object.fromEntries(rows.map((row) => [row.name, row.parsed as PolicyJson])),
    templates: {},
    templateLinks: [],
  }
}
