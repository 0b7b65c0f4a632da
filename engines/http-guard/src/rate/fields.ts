/** One policy as it stands after a request. */
export interface LimitState {
  readonly name: string
  readonly units: number
  readonly seconds: number
  /** Units left. */
  readonly left: number
  /** Seconds until all of them are there again. */
  readonly fullIn: number
}

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4): lists of structured fields, one member for
 * each policy, with quota and window, and with what remains and when it is whole again.
 * @returns flat list of names and values
 */
export function rateLimitFields(states: readonly LimitState[]): string[] {
  if (states.length === 0) return []
  const policies = states.map(({ name, units, seconds }) => `"${name}";q=${units};w=${seconds}`)
  const rest = states.map(({ name, left, fullIn }) => `"${name}";r=${Math.max(0, left)};t=${fullIn}`)
  return ['RateLimit-Policy', policies.join(', '), 'RateLimit', rest.join(', ')]
}
