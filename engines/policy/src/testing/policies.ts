import { parsePolicy } from '../authoring/index.ts'
import { compile, type PolicyJson, type PolicySet } from '../index.ts'

/** The JSON form of a policy's text; throws what is wrong with it. */
export function policyJson(text: string): PolicyJson {
  const parsed = parsePolicy('test', text)
  if (parsed.ok) return parsed.policy
  throw new Error(`${text}: ${parsed.findings[0]?.message}`)
}

/** A compiled set of policy texts by id. */
export function policySet(texts: { readonly [id: string]: string }): PolicySet {
  return compile({
    staticPolicies: Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, policyJson(text)])),
  })
}

/** A policy that permits everything when the expression is true. */
export function when(expression: string): string {
  return `permit(principal, action, resource) when { ${expression} };`
}
