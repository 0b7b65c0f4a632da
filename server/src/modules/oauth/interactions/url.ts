import type { KoaContextWithOIDC } from 'oidc-provider'
import { wantedAcr } from '../provider/policy.ts'

type Waiting = InstanceType<KoaContextWithOIDC['oidc']['provider']['Interaction']>

export const authorizePath = '/oauth/authorize'
const consentPath = '/oauth/consent'

/**
 * Where the browser goes while its request waits. What is said to the sign-in page is only a hint: when the browser comes back
 * the provider asks the session.
 */
export function resumeUrl(ctx: KoaContextWithOIDC, { uid, prompt, params }: Waiting): string {
  if (prompt.name === 'consent') return `${consentPath}/${uid}`
  const query = new URLSearchParams({ return: `${authorizePath}/${uid}` })
  const acr = wantedAcr(ctx)
  const { max_age: maxAge, login_hint: hint } = params as Readonly<Record<string, string | number | undefined>>
  if (acr !== undefined) query.set('acr', acr)
  const asked = prompt.reasons.some((reason) => reason === 'login_prompt' || reason === 'select_account_prompt')
  if (asked) query.set('max_age', '0')
  else if (maxAge !== undefined) query.set('max_age', String(maxAge))
  if (prompt.name === 'select_account') query.set('prompt', 'select_account')
  if (hint !== undefined && hint !== '') query.set('login_hint', String(hint).slice(0, 320))
  return `/sign-in?${query.toString()}`
}
