import { compile } from '../compile/policy-set.ts'
import { SLOTS, type Slot } from '../compile/scope.ts'
import { PolicyError } from '../errors.ts'
import type { PolicyJson } from '../json.ts'
import { withCedar } from './cedar.ts'
import { caught, checkText, POLICY_BYTES } from './check.ts'
import { type Finding, finding, fromCedar, type Source } from './findings.ts'
import { scan } from './scan.ts'

/** A policy or a template in its JSON form, or why it is none. */
export type ParsedPolicy =
  | {
      readonly ok: true
      /** A template has slots in its scope, and decides nothing until it is linked. */
      readonly kind: 'policy' | 'template'
      /** The slots of a template, `?principal` first; none of a policy. */
      readonly slots: readonly Slot[]
      readonly policy: PolicyJson
      readonly effect: 'permit' | 'forbid'
    }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/**
 * Parses the text of exactly one policy or template, at most 64 KiB. What it gives, `compile` takes: integers that its JSON form would round,
 * functions that the evaluator does not know, and whatever else would be refused when it is loaded, are findings here.
 */
export function parsePolicy(name: string, text: string): ParsedPolicy {
  const source: Source = { policy: name, text }
  const refused = checkText(source, POLICY_BYTES)
  if (refused.length > 0) return { ok: false, findings: refused }
  const kind = scan(text).hasSlots ? 'template' : 'policy'
  const parse = kind === 'policy' ? 'policyToJson' : 'templateToJson'
  const answer = caught(source, () => withCedar((cedar) => cedar[parse](text)))
  if (!('type' in answer)) return { ok: false, findings: answer }
  if (answer.type === 'failure') {
    return { ok: false, findings: checkNumber(source) ?? fromCedar(source, answer.errors) }
  }
  const policy = answer.json as PolicyJson
  const loaded = load(source, policy, kind)
  if (Array.isArray(loaded)) return { ok: false, findings: loaded }
  return { ok: true, kind, slots: SLOTS.filter((slot) => loaded.has(slot)), policy, effect: policy.effect }
}

/** No policy, or more than one: the parser's own words for it would be about tokens. */
function checkNumber(source: Source): Finding[] | null {
  const { statements } = scan(source.text)
  const [first, second] = statements
  if (first === undefined) return [finding(source, 'there is no policy in the text', null)]
  const another = second !== undefined && /^(?:@|permit\b|forbid\b)/.test(source.text.slice(second.start))
  return another ? [finding(source, 'there must be exactly one policy: give each its own name', second)] : null
}

/** The slots of what the evaluator takes, or why it does not. */
function load(source: Source, policy: PolicyJson, kind: 'policy' | 'template'): ReadonlySet<Slot> | Finding[] {
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
    const set = compile(kind === 'policy' ? { staticPolicies: { policy } } : { templates: { policy } })
    return set.templates.get('policy')?.slots ?? new Set()
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return [finding(source, error.message.slice(error.path === '' ? 0 : error.path.length + 2), null)]
  }
}
