import type { AuthorizationCall } from '@cedar-policy/cedar-wasm/nodejs'
import { withCedar } from '../authoring/cedar.ts'
import type { World } from './worlds.ts'

/** What cedar-wasm answers to a request, in one line: decision, policies that determined it, policies that failed. */
export function oracle({ policies, entities }: World, request: World['requests'][number]): string {
  const answer = withCedar((cedar) =>
    cedar.isAuthorized({ ...request, policies, entities } as unknown as AuthorizationCall),
  )
  if (answer.type === 'failure') return `refused: ${answer.errors.map(({ message }) => message).join('; ')}`
  const { decision, diagnostics } = answer.response
  return line(
    decision,
    diagnostics.reason,
    diagnostics.errors.map(({ policyId }) => policyId),
  )
}

export function line(decision: string, reasons: readonly string[], errors: readonly string[]): string {
  return `${decision} by [${reasons.toSorted().join()}] failed [${errors.toSorted().join()}]`
}
