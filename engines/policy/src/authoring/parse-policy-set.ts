import type { PolicyJson, PolicySetJson } from '../json.ts'
import { checkText, POLICY_BYTES } from './check.ts'
import { type Finding, finding, type Position, type Source } from './findings.ts'
import { parsePolicy } from './parse-policy.ts'
import { scan, type Span } from './scan.ts'

/** A policy set in its JSON form, or why it is none. Places are of the whole text. */
export type ParsedPolicySet =
  | { readonly ok: true; readonly policies: PolicySetJson }
  | { readonly ok: false; readonly findings: readonly Finding[] }

/** How long a whole set may be, in UTF-8 bytes. */
const SET_BYTES = 64 * POLICY_BYTES

/**
 * Parses a text of any number of policies and templates.
 * @param naming `annotation` (default): a policy's id is its `@id("...")`, else `policy0`, `policy1`, ... by its place in the text, as Cedar itself does;
 *   `position`: always by its place
 */
export function parsePolicySet(text: string, naming: 'annotation' | 'position' = 'annotation'): ParsedPolicySet {
  const source: Source = { policy: null, text }
  const findings: Finding[] = checkText(source, SET_BYTES)
  if (findings.length > 0) return { ok: false, findings }
  const staticPolicies = new Map<string, PolicyJson>()
  const templates = new Map<string, PolicyJson>()
  scan(text).statements.forEach((span, position) => {
    const place = `policy${position}`
    const parsed = parsePolicy(place, text.slice(span.start, span.end))
    if (!parsed.ok) {
      findings.push(...parsed.findings.map((each) => moved(each, text, span)))
      return
    }
    const name = (naming === 'annotation' ? parsed.policy.annotations?.['id'] : undefined) ?? place
    if (staticPolicies.has(name) || templates.has(name)) {
      findings.push(finding({ policy: name, text }, 'there are two policies of this id', span))
    }
    ;(parsed.kind === 'template' ? templates : staticPolicies).set(name, parsed.policy)
  })
  if (findings.length > 0) return { ok: false, findings }
  const policies = {
    staticPolicies: Object.fromEntries(staticPolicies),
    templates: Object.fromEntries(templates),
    templateLinks: [],
  }
  return { ok: true, policies }
}

function moved(each: Finding, text: string, { start }: Span): Finding {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const line = text.slice(0, start).split('\n').length
  const move = (position: Position | null): Position | null =>
    position === null
      ? null
      : {
          line: position.line + line - 1,
          column: position.line === 1 ? position.column + start - lineStart : position.column,
          offset: position.offset + start,
        }
  return { ...each, start: move(each.start), end: move(each.end) }
}
