import { type KoaContextWithOIDC, Provider } from 'oidc-provider'

/** The request that oidc-provider is at; undefined outside of one. */
export function currentContext(): KoaContextWithOIDC | undefined {
  return Provider.ctx
}

/** Its name for the endpoint: `token`, `userinfo`, ... */
export function currentRoute(): string | undefined {
  return Provider.ctx?.oidc.route
}
