import type { CandidatePolicies, TimedGrant } from '@holdfast/bundle'
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

/** The same with the grants that hold at a moment (milliseconds since 1970), of those templates that the candidate has. */
export function candidateAt(
  candidate: Candidate | null,
  timed: readonly TimedGrant[],
  moment: number,
): Candidate | null {
  if (candidate === null || candidate.policies === null || timed.length === 0) return candidate
  const { id, policies } = candidate
  const links = timed.flatMap(({ from, until, link }) => {
    const holds = (from ?? -Infinity) * 1000 <= moment && moment < (until ?? Infinity) * 1000
    return holds && link !== undefined && policies.templates.has(link.templateId) ? [link] : []
  })
  try {
    return { id, policies: withLinks(policies, links) }
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error
    return { id, policies: null }
  }
}
