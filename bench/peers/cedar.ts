import * as cedar from '@cedar-policy/cedar-wasm/nodejs'
import { cases, entitiesOf, policies, requestOf } from '../lib/policy-cases.ts'
import { announceEngine } from '../lib/policy-peer.ts'

/*
 * cedar-wasm over the cases: `naive` gives it the policies' text in each question, `stateful` has it parse them once. Entities it takes in each
 * question: there is no way to have it keep them.
 */
const stateful = process.argv[2] === 'stateful'
const set: cedar.PolicySet = { staticPolicies: { ...policies } }
const parsed = cedar.preparsePolicySet('bench', set)
if (parsed.type === 'failure') throw new Error(parsed.errors[0]?.message)

const calls = cases.map((one) => ({ ...requestOf(one), entities: entitiesOf(one) as cedar.Entities }))
announceEngine((at) => {
  const call = calls[at]
  const answer = stateful
    ? cedar.statefulIsAuthorized({ ...call, preparsedPolicySetId: 'bench' })
    : cedar.isAuthorized({ ...call, policies: set })
  if (answer.type === 'failure') throw new Error(answer.errors[0]?.message)
  return answer.response.decision === 'allow'
})
