import { compile } from '../compile/policy-set.ts'
import { PolicyError } from '../errors.ts'
import type { PolicyJson, PolicySetJson } from '../json.ts'
import { withCedar } from './cedar.ts'
import { caught, checkText, POLICY_BYTES } from './check.ts'
import { type Finding, finding, fromCedar, type Source } from './findings.ts'
import { scan } from './scan.ts'

/** A policy in its JSON form, or why it is none. */
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: PolicyJson; readonly effect: 'permit' | 'forbid' }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/**
 * Parses the text of exactly one static policy, at most 64 KiB. What it gives, `compile` takes: integers that its JSON form would round,
 * functions that the evaluator does not know, and whatever else would be refused when it is loaded, are findings here.
 */
export function parsePolicy(name: string, text: string): ParsedPolicy {
  return parse({ policy: name, text }, 'policyToJson')
}

/** Parses the text of exactly one template: a policy with `?principal` or `?resource` in its scope. */
export function parseTemplate(name: string, text: string): ParsedPolicy {
  return parse({ policy: name, text }, 'templateToJson')
}

function parse(source: Source, how: 'policyToJson' | 'templateToJson'): ParsedPolicy {
  const refused = checkText(source, POLICY_BYTES)
  if (refused.length > 0) return { ok: false, findings: refused }
  const wrongNumber = checkNumber(source)
  const answer = caught(source, () => withCedar((cedar) => cedar[how](source.text)))
  if (!('type' in answer)) return { ok: false, findings: answer }
  if (answer.type === 'failure') {
    return { ok: false, findings: wrongNumber ?? fromCedar(source, answer.errors) }
  }
  const policy = answer.json as PolicyJson
  const findings = checkLoads(source, policy, how === 'policyToJson')
  return findings.length > 0 ? { ok: false, findings } : { ok: true, policy, effect: policy.effect }
}

/** No policy, or more than one: the parser's own words for it would be about tokens. */
function checkNumber(source: Source): Finding[] | null {
  const { statements } = scan(source.text)
  const [first, second] = statements
  if (first === undefined) return [finding(source, 'there is no policy in the text', null)]
  const another = second !== undefined && /^(?:@|permit\b|forbid\b)/.test(source.text.slice(second.start))
  return another ? [finding(source, 'there must be exactly one policy: give each its own name', second)] : null
}

function checkLoads(source: Source, policy: PolicyJson, isStatic: boolean): Finding[] {
  const inexact = scan(source.text).inexact.map((span) =>
    finding(
      source,
      `the integer ${source.text.slice(span.start, span.end)} is too large`,
      span,
      'integers may be at most 2^53 - 1',
    ),
  )
  if (inexact.length > 0) return inexact
  try {
    const json: PolicySetJson = isStatic ? { staticPolicies: { policy } } : { templates: { policy } }
    compile(json)
    return []
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return [finding(source, error.message.slice(error.path === '' ? 0 : error.path.length + 2), null)]
  }
}
