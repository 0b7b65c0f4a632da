import { withCedar } from './cedar.ts'
import { caught, checkText, POLICY_BYTES } from './check.ts'
import { type Finding, fromCedar, type Source } from './findings.ts'

/** A text put in order, or why it cannot be. */
export type Formatted =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/** Formats policies: 80 columns, two spaces; comments stay. */
export function format(text: string): Formatted {
  const source: Source = { policy: null, text }
  const refused = checkText(source, POLICY_BYTES)
  if (refused.length > 0) return { ok: false, findings: refused }
  const call = { policyText: text, lineWidth: 80, indentWidth: 2 }
  const answer = caught(source, () => withCedar((cedar) => cedar.formatPolicies(call)))
  if (!('type' in answer)) return { ok: false, findings: answer }
  if (answer.type === 'failure') return { ok: false, findings: fromCedar(source, answer.errors) }
  return { ok: true, text: answer.formatted_policy }
}
