import type { KoaContextWithOIDC } from 'oidc-provider'
import type { OauthDeps } from '../types.ts'

export const devicePath = '/oauth/device'

/**
 * Devices of a tenant show people where its own people sign in: at its host, or by its name (RFC 8628, section 3.2). Whoever types
 * the code there is asked to sign in to that tenant, and to no other.
 */
export async function placeDevice(
  ctx: KoaContextWithOIDC,
  { places, slugOf, publicUrl }: Pick<OauthDeps, 'places' | 'slugOf' | 'publicUrl'>,
  tenant: string | undefined,
): Promise<void> {
  const { user_code: code, ...rest } = (ctx.body ?? {}) as { readonly user_code?: unknown }
  if (ctx.status !== 200 || typeof code !== 'string' || tenant === undefined) return
  const home = await places.homeOf(tenant)
  const slug = home === publicUrl ? await slugOf(tenant) : null
  const at = devicePage(home, slug)
  const complete = new URL(at)
  complete.searchParams.set('user_code', code)
  ctx.body = { ...rest, user_code: code, verification_uri: at, verification_uri_complete: complete.href }
}

/** @param slug of the tenant, where the address does not say it */
function devicePage(origin: string, slug: string | null): string {
  return `${origin}${devicePath}${slug === null ? '' : `?${new URLSearchParams({ tenant: slug }).toString()}`}`
}
