import type { CandidatePolicies, TemplateLinkJson } from '@holdfast/bundle'
import { compile, PolicyError, type PolicySet, type PolicySetJson, withLinks } from '@holdfast/policy'

/** Policies that decide beside the live ones. `policies` is null where they cannot be compiled: every decision then is a difference. */
export interface Candidate {
  readonly id: string
  readonly policies: PolicySet | null
}

/** The candidate of a bundle. One that cannot be compiled is no reason to refuse the bundle. */
export function prepareCandidate(candidate: CandidatePolicies | null): Candidate | null {
  if (candidate === null) return null
  try {
    return { id: candidate.id, policies: compile(candidate.policies as PolicySetJson) }
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return { id: candidate.id, policies: null }
  }
}

/** The same with links that hold for a time, of those templates that the candidate has. */
export function candidateWith(candidate: Candidate | null, held: readonly TemplateLinkJson[]): Candidate | null {
  if (candidate === null || candidate.policies === null || held.length === 0) return candidate
  const { id, policies } = candidate
  const links = held.filter(({ templateId }) => policies.templates.has(templateId))
  try {
    return { id, policies: withLinks(policies, links) }
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return { id, policies: null }
  }
}
