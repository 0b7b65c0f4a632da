import { isIP } from 'node:net'
import type { SigninConfig } from '../../config.ts'

/** Who we are to authenticators (WebAuthn level 3, section 4). */
export interface RelyingParty {
  readonly id: string
  readonly name: string
  /** where a passkey may be used: our own pages, and related origins (section 5.11) */
  readonly origins: readonly string[]
  /** those of them that anybody may know of: hosts of tenants say who is here */
  readonly published: readonly string[]
}

/**
 * @param ofTenants hosts of tenants: pages of ours as well, which may come and go
 * @returns undefined where browsers have no passkeys: without https, save at localhost, and at a bare address (section 5.1.3,
 * "effective domain")
 * @throws Error with a sentence for an `rpId` that is not the host's own domain or one above it: no browser takes it
 */
export function relyingParty(
  { name, publicUrl }: { readonly name: string; readonly publicUrl: string },
  { rpId, origins }: SigninConfig['passkeys'],
  ofTenants: () => readonly string[] = () => [],
): RelyingParty | undefined {
  const { protocol, hostname, origin } = new URL(publicUrl)
  if (rpId !== undefined && hostname !== rpId && !hostname.endsWith(`.${rpId}`)) {
    throw new Error(`signin.passkeys.rpId (${rpId}) must be the host of publicUrl (${hostname}), or a domain above it.`)
  }
  const local = hostname === 'localhost' || hostname.endsWith('.localhost')
  if (!local && (protocol !== 'https:' || isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0)) return undefined
  const fixed = [origin, ...origins.map((url) => new URL(url).origin)]
  return {
    id: rpId ?? hostname,
    name,
    published: fixed,
    get origins() {
      return [...fixed, ...ofTenants()]
    },
  }
}
