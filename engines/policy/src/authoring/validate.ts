import type { ValidationError } from '@cedar-policy/cedar-wasm/nodejs'
import { withCedar } from './cedar.ts'
import { caught } from './check.ts'
import { type Finding, fromCedar, type Source } from './findings.ts'
import { parsePolicy } from './parse-policy.ts'
import { parseSchema } from './parse-schema.ts'

/**
 * Validates policies (text by name) strictly against a schema. Valid means that no finding is an error; warnings say, for example, that a
 * policy can never match. What does not parse is reported first, and alone.
 */
export function validate(policies: { readonly [name: string]: string }, schemaText: string): Finding[] {
  const schemaSource: Source = { policy: null, text: schemaText }
  const schema = parseSchema(schemaText)
  const unparsed = schema.ok ? [] : [...schema.findings]
  for (const [name, text] of Object.entries(policies)) {
    const parsed = parsePolicy(name, text)
    if (!parsed.ok) unparsed.push(...parsed.findings)
  }
  if (unparsed.length > 0) return unparsed
  const call = { schema: schemaText, policies: { staticPolicies: { ...policies } } }
  const answer = caught(schemaSource, () => withCedar((cedar) => cedar.validate(call)))
  if (!('type' in answer)) return answer
  if (answer.type === 'failure') return fromCedar(schemaSource, answer.errors)
  // `success` only says that it has been checked.
  return [
    ...located(policies, answer.validationErrors, 'error'),
    ...located(policies, answer.validationWarnings, 'warning'),
    ...fromCedar({ policy: null, text: '' }, answer.otherWarnings, 'warning'),
  ]
}

function located(
  policies: { readonly [name: string]: string },
  errors: readonly ValidationError[],
  severity: Finding['severity'],
): Finding[] {
  return errors.flatMap(({ policyId, error }) =>
    fromCedar({ policy: policyId, text: policies[policyId] ?? '' }, [error], severity),
  )
}
