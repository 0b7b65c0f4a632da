import { type Acr, isAcr, RESOURCE_METADATA_PATH, SIGN_IN_PATH } from '@holdfast/bundle'
import { challenge, type Presentation, type TokenRefused } from '@holdfast/sdk/edge'
import { refusal, type Refusal, type RequestHead } from '@holdfast/sdk/edge/guard'

const realm = 'holdfast'

/** Where a client learns which authorization server gives tokens for this host (RFC 9728 section 5.1). */
const metadataOf = ({ scheme, host }: RequestHead) => ({
  resource_metadata: `${scheme}://${host}${RESOURCE_METADATA_PATH}`,
})

/** The challenge for whoever has shown nothing, or nothing that holds. */
export const plainChallenge = (head: RequestHead): readonly string[] => [
  'WWW-Authenticate',
  challenge('Bearer', { realm, ...metadataOf(head) }),
]

/** RFC 6750 section 3, RFC 9449 section 7.1. */
export function tokenRefusal(head: RequestHead, scheme: Presentation['scheme'], why: TokenRefused): Refusal {
  const { error, message } = why
  const parameters = { realm, error, error_description: message, ...metadataOf(head) }
  return refusal('unauthenticated', message, ['WWW-Authenticate', challenge(scheme, parameters)])
}

/** What a sign-in must show. */
export interface StepUp {
  readonly acr: Acr | null
  /** Seconds. */
  readonly maxAge: number | null
}

/** RFC 9470 section 3, and for a page's own code the place where a person shows more. */
export function stepUpRefusal(head: RequestHead, scheme: Presentation['scheme'], stepUp: StepUp): Refusal {
  const code = 'insufficient_user_authentication'
  const detail = 'The session must show more than it has.'
  const parameters = { realm, error: code, error_description: detail, acr_values: stepUp.acr ?? undefined }
  const headers = ['WWW-Authenticate', challenge(scheme, { ...parameters, ...metadataOf(head) })]
  return { ...refusal(code, detail, headers), members: { stepUp: `${SIGN_IN_PATH}?${queryOf(stepUp).toString()}` } }
}

export function queryOf({ acr, maxAge }: StepUp): URLSearchParams {
  const query = new URLSearchParams()
  if (acr !== null) query.set('acr', acr)
  if (maxAge !== null) query.set('max_age', String(maxAge))
  return query
}

/** Reads what somebody asks for; what is not understood is left out, and the control plane asks for what it wants all the same. */
export function readStepUp(acr: string | null | undefined, maxAge: string | null | undefined): StepUp {
  const wanted = (acr ?? '').split(' ').find(isAcr)
  return { acr: wanted ?? null, maxAge: /^\d{1,9}$/.test(maxAge ?? '') ? Number(maxAge) : null }
}

/**
 * What the upstream asks of the session by a challenge of RFC 9470; null when it does not.
 * @param fields flat list of its header fields
 */
export function askedByUpstream(fields: readonly string[]): StepUp | null {
  for (let at = 0; at < fields.length; at += 2) {
    const value = fields[at + 1] ?? ''
    if (fields[at]?.toLowerCase() !== 'www-authenticate') continue
    if (!/error="?insufficient_user_authentication"?(?:[,\s]|$)/.test(value)) continue
    return readStepUp(/acr_values="([^"]*)"/.exec(value)?.[1], /max_age="?(\d+)"?/.exec(value)?.[1])
  }
  return null
}
