import { compile, type PolicySet, type PolicySetJson, type TemplateLinkJson, withLinks } from '@holdfast/policy'
import type { CandidatePolicy } from './types.ts'

/** The policy set of a candidate, without links. */
export function setJsonOf(
  policies: readonly Pick<CandidatePolicy, 'name' | 'kind' | 'parsed'>[],
): Required<PolicySetJson> {
  const of = (wanted: CandidatePolicy['kind']) =>
    Object.fromEntries(policies.filter(({ kind }) => kind === wanted).map(({ name, parsed }) => [name, parsed]))
  return { staticPolicies: of('policy'), templates: of('template'), templateLinks: [] }
}

export function compileCandidate(policies: readonly CandidatePolicy[]): PolicySet {
  return compile(setJsonOf(policies))
}

/** The links whose template the candidate has, with the very slots that they fill: what grants would still mean. */
export function fittingLinks(set: PolicySet, links: readonly TemplateLinkJson[]): readonly TemplateLinkJson[] {
  return links.filter(({ templateId, values }) => {
    const slots = set.templates.get(templateId)?.slots
    if (slots === undefined || slots.size !== Object.keys(values).length) return false
    return [...slots].every((slot) => Object.hasOwn(values, slot))
  })
}

/** The candidate with the grants that are laid over the live policies. */
export function withFittingLinks(set: PolicySet, links: readonly TemplateLinkJson[]): PolicySet {
  return withLinks(set, fittingLinks(set, links))
}
