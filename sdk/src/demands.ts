import { satisfies, sessionOf, type StepUp } from './assurance.ts'
import type { PrincipalReference } from './principal.ts'

/** What a decision must know. */
export interface Freshness {
  /** Decide by nothing older than this epoch: what is not known here yet refuses, with `epoch_not_reached`. */
  readonly minEpoch?: number
}

/** What is demanded of whoever asks, besides what the policies say. */
export interface Demands extends Freshness, StepUp {
  /**
   * What an access token must have been granted, all of it. It limits the client that acts for somebody: whoever came without a client (a
   * session, the gateway's identity of one, a service key) is not limited by scope.
   */
  readonly scope?: string | readonly string[]
}

export type Unmet =
  | { readonly code: 'insufficient_scope'; readonly scope: string }
  | { readonly code: 'insufficient_user_authentication'; readonly stepUp: StepUp }

/** @param now milliseconds since 1970 */
export function unmetOf(principal: PrincipalReference, demands: Demands, now: number): Unmet | null {
  const { scope, acr, maxAge } = demands
  const wanted = scope === undefined ? [] : typeof scope === 'string' ? scope.split(' ') : scope
  const granted = 'scopes' in principal ? (principal.scopes as readonly string[] | null) : null
  if (granted !== null && !wanted.every((each) => granted.includes(each))) {
    return { code: 'insufficient_scope', scope: wanted.join(' ') }
  }
  const stepUp = { acr, maxAge }
  return satisfies(sessionOf(principal, now), stepUp) ? null : { code: 'insufficient_user_authentication', stepUp }
}
