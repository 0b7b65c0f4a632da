import { describe, expect, it } from 'vitest'
import { underProfile } from './profile.ts'

const metadata = { client_id: 'app', token_endpoint_auth_method: 'private_key_jwt' } as const
const held = { config: { fapi2: true } }

describe('an installation that is held to FAPI 2.0', () => {
  it('has clients that push their requests and bind their tokens', () => {
    const pushing = { ...metadata, require_pushed_authorization_requests: true }
    expect(underProfile(held, metadata)).toEqual({ ...pushing, dpop_bound_access_tokens: true })
    const certified = { ...metadata, tls_client_certificate_bound_access_tokens: true }
    expect(underProfile(held, certified)).toEqual({ ...pushing, tls_client_certificate_bound_access_tokens: true })
  })

  it.each(['none', 'client_secret_basic', 'client_secret_post', undefined] as const)(
    'has none that authenticates by %s',
    (method) =>
      expect(
        underProfile(held, { client_id: 'app', ...(method !== undefined && { token_endpoint_auth_method: method }) }),
      ).toBeUndefined(),
  )

  it('is not everybody’s', () => {
    const open = { client_id: 'app', token_endpoint_auth_method: 'none' } as const
    expect(underProfile({ config: { fapi2: false } }, open)).toBe(open)
  })
})
