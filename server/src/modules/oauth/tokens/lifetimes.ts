import type { RefreshToken } from 'oidc-provider'
import { buffer } from '../provider/buffer.ts'
import type { OauthConfig } from '../config.ts'

const day = 86_400

/** At the longest from the first refresh token of a family on, whatever is done with it. */
export function absoluteSeconds(config: OauthConfig, clientId: string | undefined): number {
  return longestGrant(config, buffer().clients.get(clientId ?? '')?.lifetimes)
}

/** In seconds. */
export function longestGrant(
  { refreshAbsoluteDays }: Pick<OauthConfig, 'refreshAbsoluteDays'>,
  own: { readonly refreshSeconds: number | null } | undefined,
): number {
  return Math.min(own?.refreshSeconds ?? Number.POSITIVE_INFINITY, refreshAbsoluteDays * day)
}

/** A refresh token ends when it is not used, or when its family is too old (RFC 9700, section 4.14.2). */
export function refreshSeconds(config: OauthConfig, token: RefreshToken): number {
  const left = absoluteSeconds(config, token.clientId) - token.totalLifetime()
  return Math.max(1, Math.min(config.refreshIdleDays * day, left))
}
