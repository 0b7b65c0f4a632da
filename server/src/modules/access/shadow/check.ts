import type { Finding } from '@holdfast/policy/authoring'
import { findingOf } from '../authoring/checks.ts'
import type { Authoring } from '../authoring/authoring.ts'
import type { CandidatePolicy } from './types.ts'

export interface GivenPolicies {
  readonly policies: readonly { readonly name: string; readonly text: string }[]
  /** instead of the live schema */
  readonly schema?: string | undefined
}

/** What was given, parsed and validated as if it were to be live. */
export type Checked =
  | {
      readonly ok: true
      readonly policies: readonly CandidatePolicy[]
      readonly schemaJson: Record<string, unknown> | null
    }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/**
 * Checks a whole set of policies and templates; strictly against the schema given, else against the live one.
 * @param live the live schema; empty: there is none, and what is under none is not validated
 */
export async function checkPolicies(given: GivenPolicies, live: string, authoring: Authoring): Promise<Checked> {
  const twice = repeated(given.policies.map(({ name }) => name))
  if (twice !== undefined) return { ok: false, findings: [findingOf('there are two policies of this name', twice)] }
  const schema = given.schema === undefined ? null : await authoring.parseSchema(given.schema)
  if (schema?.ok === false) return { ok: false, findings: schema.findings }
  const policies: CandidatePolicy[] = []
  const findings: Finding[] = []
  for (const { name, text } of given.policies) {
    const parsed = await authoring.parsePolicy(name, text)
    if (parsed.ok) policies.push({ name, kind: parsed.kind, text, effect: parsed.effect, parsed: parsed.policy })
    else findings.push(...parsed.findings)
  }
  if (findings.length > 0) return { ok: false, findings }
  const found = await validated(policies, given.schema ?? live, authoring)
  const wrong = found.filter(({ severity }) => severity === 'error')
  return wrong.length > 0
    ? { ok: false, findings: wrong }
    : { ok: true, policies, schemaJson: schema === null ? null : schema.schema }
}

/** What is wrong with policies under a schema. */
export async function validated(
  policies: readonly Pick<CandidatePolicy, 'name' | 'text'>[],
  schema: string,
  authoring: Authoring,
): Promise<readonly Finding[]> {
  if (schema === '' || policies.length === 0) return []
  return authoring.validate(Object.fromEntries(policies.map(({ name, text }) => [name, text])), schema)
}

function repeated(names: readonly string[]): string | undefined {
  return names.find((name, at) => names.indexOf(name) !== at)
}
