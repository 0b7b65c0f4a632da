import { isIP } from 'node:net'
import type { SigninConfig } from '../../config.ts'

/** Who we are to authenticators (WebAuthn level 3, section 4). */
export interface RelyingParty {
  readonly id: string
  readonly name: string
  /** where everybody's passkeys may be used: our own pages, and related origins (section 5.11) */
  readonly published: readonly string[]
  /** where those of a tenant may: at its hosts as well, and at no other's, since a name leads wherever its holder says */
  originsOf(tenant: string): Promise<readonly string[]>
}

/**
 * @param ofTenant its hosts: pages of ours as well, which may come and go
 * @returns undefined where browsers have no passkeys: without https, save at localhost, and at a bare address (section 5.1.3,
 * "effective domain")
 * @throws Error with a sentence for an `rpId` that is not the host's own domain or one above it: no browser takes it
 */
export function relyingParty(
  { name, publicUrl }: { readonly name: string; readonly publicUrl: string },
  { rpId, origins }: SigninConfig['passkeys'],
  ofTenant: (tenant: string) => Promise<readonly string[]> = async () => [],
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
    originsOf: async (tenant) => [...fixed, ...(await ofTenant(tenant))],
  }
}
