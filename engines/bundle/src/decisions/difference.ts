/** What a decision of a policy set says. */
export interface Decided {
  readonly decision: 'allow' | 'deny'
  readonly reasons: readonly string[]
  readonly errors: readonly { readonly policy: string; readonly message: string }[]
}

/**
 * How a candidate would have decided otherwise. `would_allow`, `would_deny` another answer · `other_reasons` the same answer by other
 * policies · `would_fail` the same answer, but a policy of the candidate failed · `broken` the candidate could not decide at all
 */
export const DIFFERENCES = ['would_allow', 'would_deny', 'other_reasons', 'would_fail', 'broken'] as const
export type DifferenceKind = (typeof DIFFERENCES)[number]

export function differenceOf(live: Decided, candidate: Decided): DifferenceKind | null {
  if (live.decision !== candidate.decision) return candidate.decision === 'allow' ? 'would_allow' : 'would_deny'
  if (!sameNames(live.reasons, candidate.reasons)) return 'other_reasons'
  if (candidate.errors.length === 0) return null
  const failedBefore = new Set(live.errors.map(({ policy }) => policy))
  return candidate.errors.some(({ policy }) => !failedBefore.has(policy)) ? 'would_fail' : null
}

/** In any order: a set has its policies in one of its own. */
function sameNames(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false
  if (one.length === 1) return one[0] === other[0]
  const names = new Set(one)
  for (const name of other) if (!names.has(name)) return false
  return true
}
