import type { ClientInput, Metadata, Preset } from './shape.ts'

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
export const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'

export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  deviceGrant,
  exchangeGrant,
] as const

export const authMethods = [
  'none',
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
] as const

/** What a client of a kind starts with where it says nothing. */
const defaults: Readonly<Record<Preset, Metadata>> = {
  web: { grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'client_secret_basic' },
  spa: { grant_types: ['authorization_code', 'refresh_token'], token_endpoint_auth_method: 'none' },
  native: {
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  },
  service: { grant_types: ['client_credentials'], token_endpoint_auth_method: 'client_secret_basic' },
  // FAPI 2.0 Security Profile, section 5.3.2: pushed requests, sender-constrained tokens, no shared secrets.
  fapi2: {
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'private_key_jwt',
    require_pushed_authorization_requests: true,
  },
}

/** What a client is that does not say it: told by its grants and by how it authenticates. */
function presetOf({ preset, ...input }: ClientInput): Preset {
  if (preset !== undefined) return preset
  const grants = input.grant_types ?? []
  if (grants.length > 0 && !grants.includes('authorization_code') && !grants.includes(deviceGrant)) return 'service'
  if (input.application_type === 'native') return 'native'
  if (input.token_endpoint_auth_method !== 'none') return 'web'
  return grants.includes(deviceGrant) ? 'native' : 'spa'
}

/**
 * The defaults of RFC 7591 section 2 where the client names no preset; those of the preset where it does. Tokens are signed with
 * ES256 where it names no algorithm.
 */
export function withDefaults(input: ClientInput): Metadata & { readonly preset: Preset } {
  const preset = presetOf(input)
  const standard: Metadata = { grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_basic' }
  const { application_type = 'web', ...usual } = input.preset === undefined ? standard : defaults[preset]
  const grants = input.grant_types ?? usual.grant_types ?? []
  const code = grants.includes('authorization_code')
  return {
    ...usual,
    application_type: preset === 'native' ? 'native' : application_type,
    response_types: code ? ['code'] : [],
    redirect_uris: [],
    id_token_signed_response_alg: 'ES256',
    ...(preset === 'fapi2' &&
      input.tls_client_certificate_bound_access_tokens !== true && { dpop_bound_access_tokens: true }),
    ...input,
    grant_types: grants,
    preset,
  }
}
