import type { ValidationError } from '@cedar-policy/cedar-wasm/nodejs'
import { compile } from '../compile/policy-set.ts'
import { PolicyError } from '../errors.ts'
import type { PolicyJson, TemplateLinkJson } from '../json.ts'
import { withCedar } from './cedar.ts'
import { caught } from './check.ts'
import { type Finding, finding, fromCedar, type Source } from './findings.ts'
import { parsePolicy } from './parse-policy.ts'
import { parseSchema } from './parse-schema.ts'

/** Texts of policies and templates, by name. */
export interface PolicyTexts {
  readonly [name: string]: string
}

/**
 * Validates policies and templates strictly against a schema. Valid means that no finding is an error; warnings say, for example, that a
 * policy can never match. What does not parse is reported first, and alone. A template must hold for every type that its slots may have.
 * @param links links of the templates, validated too: that what fills the slots is of a type that can ever match
 */
export function validate(texts: PolicyTexts, schemaText: string, links: readonly TemplateLinkJson[] = []): Finding[] {
  const schema = parseSchema(schemaText)
  const unparsed = schema.ok ? [] : [...schema.findings]
  const parsed: Record<'policy' | 'template', Map<string, PolicyJson>> = { policy: new Map(), template: new Map() }
  for (const [name, text] of Object.entries(texts)) {
    const each = parsePolicy(name, text)
    if (each.ok) parsed[each.kind].set(name, each.policy)
    else unparsed.push(...each.findings)
  }
  if (unparsed.length > 0) return unparsed
  const templates = Object.fromEntries(parsed.template)
  const refused = refusalOf(templates, links)
  if (refused !== null) return [refused]
  const text = (names: Iterable<string>) => Object.fromEntries([...names].map((name) => [name, texts[name] ?? '']))
  const schemaSource: Source = { policy: null, text: schemaText }
  const policies = {
    staticPolicies: text(parsed.policy.keys()),
    templates: text(parsed.template.keys()),
    templateLinks: links.map(({ templateId, newId, values }) => ({ templateId, newId, values: { ...values } })),
  }
  const answer = caught(schemaSource, () => withCedar((cedar) => cedar.validate({ schema: schemaText, policies })))
  if (!('type' in answer)) return answer
  if (answer.type === 'failure') return fromCedar(schemaSource, answer.errors)
  // `success` only says that it has been checked.
  const sources = new Map(Object.entries(texts))
  for (const { newId, templateId } of links) sources.set(newId, texts[templateId] ?? '')
  return [
    ...located(sources, answer.validationErrors, 'error'),
    ...located(sources, answer.validationWarnings, 'warning'),
    ...fromCedar({ policy: null, text: '' }, answer.otherWarnings, 'warning'),
  ]
}

/** Links that fit no template. */
function refusalOf(
  templates: { readonly [id: string]: PolicyJson },
  links: readonly TemplateLinkJson[],
): Finding | null {
  try {
    compile({ templates, templateLinks: links })
    return null
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return finding({ policy: null, text: '' }, error.message, null)
  }
}

function located(
  sources: ReadonlyMap<string, string>,
  errors: readonly ValidationError[],
  severity: Finding['severity'],
): Finding[] {
  return errors.flatMap(({ policyId, error }) =>
    fromCedar({ policy: policyId, text: sources.get(policyId) ?? '' }, [error], severity),
  )
}
