import {
  compile,
  createAsker,
  createEntities,
  type EntityJson,
  evaluate,
  type PolicyJson,
  toRecord,
} from '@holdfast/policy'
import { parsePolicy } from '@holdfast/policy/authoring'
import { announce } from '../lib/peer.ts'
import { cases, entitiesOf, policies, requestOf } from '../lib/policy-cases.ts'
import { announceEngine } from '../lib/policy-peer.ts'
import { scaled } from '../lib/policy-scale.ts'

/*
 * Our engine over the cases, always with all reasons. `kept`: entities that are kept, the context as JSON in each question. `prepared`: the context
 * prepared as well. `asker`: what the principal may is prepared, too. `layered`: person, roles and folder are kept, the document is laid over them
 * in each question, as the SDK does. `loaded`: all five entities are read from JSON in each question. `scaled rows 10000` and the like: a large set
 * instead of the cases.
 */
const [side = '', shape, count] = process.argv.slice(2)
const sides: Readonly<Record<string, () => void>> = { kept, prepared, asker, layered, loaded, scaled: large }
sides[side]?.()

function compiled() {
  const parsed = Object.entries(policies).map(([id, text]): [string, PolicyJson] => {
    const policy = parsePolicy(id, text)
    if (!policy.ok) throw new Error(`${id}: ${policy.findings[0]?.message}`)
    return [id, policy.policy]
  })
  return compile({ staticPolicies: Object.fromEntries(parsed) })
}

function jsonOf(at: number): EntityJson[] {
  return entitiesOf(cases[at])
}

function kept(): void {
  const set = compiled()
  const stores = cases.map((_, at) => createEntities(jsonOf(at)))
  const requests = cases.map(requestOf)
  announceEngine((at) => evaluate(set, requests[at], stores[at]).decision === 'allow')
}

function prepared(): void {
  const set = compiled()
  const stores = cases.map((_, at) => createEntities(jsonOf(at)))
  const requests = cases.map((one) => ({ ...requestOf(one), context: toRecord({ mfa: one.mfa }) }))
  announceEngine((at) => evaluate(set, requests[at], stores[at]).decision === 'allow')
}

function asker(): void {
  const set = compiled()
  const requests = cases.map((one) => ({ ...requestOf(one), context: toRecord({ mfa: one.mfa }) }))
  const askers = requests.map(({ principal }, at) => createAsker(set, principal, createEntities(jsonOf(at))))
  announceEngine((at) => askers[at].evaluate(requests[at]).decision === 'allow')
}

function layered(): void {
  const set = compiled()
  const bases = cases.map((_, at) => createEntities(jsonOf(at).slice(0, 4)))
  const things = cases.map((_, at) => jsonOf(at).slice(4))
  const requests = cases.map(requestOf)
  announceEngine((at) => {
    return evaluate(set, requests[at], bases[at].with(things[at])).decision === 'allow'
  })
}

function loaded(): void {
  const set = compiled()
  const lists = cases.map((_, at) => jsonOf(at))
  const requests = cases.map(requestOf)
  announceEngine((at) => evaluate(set, requests[at], createEntities(lists[at])).decision === 'allow')
}

function large(): void {
  const { set, questions } = scaled(shape === 'grid' ? 'grid' : 'rows', Number(count))
  announce('', async (times) => {
    for (let at = 0; at < times; at++) {
      const { request, entities } = questions[at % questions.length]
      if (evaluate(set, request, entities).reasons.length === 0) throw new Error('no policy decided')
    }
  })
}
