import type { AllClientMetadata } from 'oidc-provider'
import type { OauthConfig } from '../config.ts'

/** FAPI 2.0 Security Profile, section 5.3.2.1: how clients may say who they are. */
const strong = new Set(['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'])

/**
 * A client as the profile of the installation has it: where every client is held to FAPI 2.0, requests are pushed, tokens are
 * bound, and whoever has only a secret, or nothing, is no client.
 */
export function underProfile(
  { config }: { readonly config: Pick<OauthConfig, 'fapi2'> },
  metadata: AllClientMetadata,
): AllClientMetadata | undefined {
  if (!config.fapi2) return metadata
  if (!strong.has(metadata.token_endpoint_auth_method ?? 'client_secret_basic')) return undefined
  const byCertificate = metadata['tls_client_certificate_bound_access_tokens'] === true
  return {
    ...metadata,
    require_pushed_authorization_requests: true,
    ...(!byCertificate && { dpop_bound_access_tokens: true }),
  }
}
