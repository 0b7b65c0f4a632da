import type { AuthorizationAnswer, PolicySet, StatefulAuthorizationCall } from '@cedar-policy/cedar-wasm/nodejs'
import { withCedar } from '../authoring/cedar.ts'
import type { World } from './worlds.ts'

/** What cedar-wasm answers to each request of a world. The policies are parsed once: they are what costs most. */
export function oracle({ policies, entities, requests }: World): Answer[] {
  // Of one name always: sets of other names would be kept for ever.
  const parsed = withCedar((cedar) => cedar.preparsePolicySet('world', policies as unknown as PolicySet))
  if (parsed.type === 'failure') throw new Error(parsed.errors.map(({ message }) => message).join('; '))
  return requests.map((request) => {
    const call = { ...request, preparsedPolicySetId: 'world', entities } as unknown as StatefulAuthorizationCall
    return read(withCedar((cedar) => cedar.statefulIsAuthorized(call)))
  })
}

/** A decision, the policies that determined it and the policies that failed, both sorted. */
export interface Answer {
  readonly decision: 'allow' | 'deny'
  readonly reasons: readonly string[]
  readonly errors: readonly string[]
}

function read(answer: AuthorizationAnswer): Answer {
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '))
  const { decision, diagnostics } = answer.response
  return {
    decision,
    reasons: diagnostics.reason.toSorted(),
    errors: diagnostics.errors.map(({ policyId }) => policyId).toSorted(),
  }
}
