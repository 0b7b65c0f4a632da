import type { SigninConfig } from '../../config.ts'
import type { RelyingParty } from './relying-party.ts'

/** Where else passkeys of ours may be used, for browsers to ask (WebAuthn level 3, section 5.11.1). */
export function relatedOrigins(
  party: RelyingParty | undefined,
  { origins }: SigninConfig['passkeys'],
): Readonly<Record<string, () => Response>> {
  if (party === undefined || origins.length === 0) return {}
  const body = JSON.stringify({ origins: party.published })
  const headers = { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' }
  return { '/.well-known/webauthn': () => new Response(body, { headers }) }
}
