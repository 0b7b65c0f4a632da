import type { Acr, AssuranceDemand } from '../assurance.ts'
import { platformErrors } from '../errors.ts'
import { type Refused, refuse } from '../outcome.ts'

const means: Readonly<Record<Acr, string>> = {
  aal1: 'is finished',
  aal2: 'has shown two factors',
  phr: 'has shown a passkey',
}

/**
 * The refusal of a session that shows too little: RFC 9470, section 3, with the address at which a person shows more.
 * @param origins of our own pages: the one that asked is where the person comes back to
 */
export function stepUp({ acr, maxAge }: AssuranceDemand, headers: Headers, origins: readonly string[]): Refused {
  const wanted = [
    ...(acr === undefined ? [] : [means[acr]]),
    ...(maxAge === undefined ? [] : [`was proved within the last ${Math.ceil(maxAge / 60)} minutes`]),
  ]
  const parameters = [
    'realm="holdfast"',
    'error="insufficient_user_authentication"',
    ...(acr === undefined ? [] : [`acr_values="${acr}"`]),
    ...(maxAge === undefined ? [] : [`max_age=${maxAge}`]),
  ]
  const query = new URLSearchParams({ return: pageOf(headers, origins) })
  if (acr !== undefined) query.set('acr', acr)
  if (maxAge !== undefined) query.set('max_age', String(maxAge))
  const extra = {
    ...(acr !== undefined && { acrValues: acr }),
    ...(maxAge !== undefined && { maxAge }),
    stepUp: `/sign-in/verify?${query.toString()}`,
  }
  const challenge = { 'www-authenticate': `Bearer ${parameters.join(', ')}` }
  return refuse(platformErrors.insufficient_user_authentication, { wanted: wanted.join(' and ') }, extra, {
    headers: challenge,
  })
}

/** The page that asked, where it is one of ours and says so. */
function pageOf(headers: Headers, origins: readonly string[]): string {
  const referer = headers.get('referer')
  if (referer === null || !URL.canParse(referer)) return '/console/'
  const { origin, pathname, search } = new URL(referer)
  return origins.includes(origin) ? `${pathname}${search}` : '/console/'
}
