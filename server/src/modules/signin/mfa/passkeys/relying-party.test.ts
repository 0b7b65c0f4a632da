import { describe, expect, it } from 'vitest'
import { softAuthenticator } from '../../../../testing/authenticator.ts'
import { signinConfig } from '../../config.ts'
import { refusedModel } from './attestation.ts'
import { relatedOrigins } from './related-origins.ts'
import { relyingParty } from './relying-party.ts'

const settings = (passkeys: object = {}) => signinConfig.parse({ passkeys }).passkeys
const at = (publicUrl: string, passkeys: object = {}) =>
  relyingParty({ name: 'Holdfast', publicUrl }, settings(passkeys))

describe('the relying party', () => {
  it('is the host of the public URL, or a domain above it', () => {
    expect(at('https://id.corp.example')).toMatchObject({ id: 'id.corp.example', origins: ['https://id.corp.example'] })
    expect(at('https://id.corp.example:8443', { rpId: 'corp.example' })).toMatchObject({
      id: 'corp.example',
      origins: ['https://id.corp.example:8443'],
    })
    for (const rpId of ['evil.example', 'orp.example', 'x.id.corp.example']) {
      expect(() => at('https://id.corp.example', { rpId }), rpId).toThrow('must be the host of publicUrl')
    }
  })

  it.each(['http://id.corp.example', 'http://127.0.0.1:7400', 'https://192.0.2.7', 'https://[2001:db8::1]'])(
    'is none at %s',
    (publicUrl) => {
      expect(at(publicUrl)).toBeUndefined()
    },
  )

  it.each(['http://localhost:7400', 'http://id.localhost:7400'])('is there at %s, this very machine', (publicUrl) => {
    expect(at(publicUrl)?.origins).toEqual([publicUrl])
  })

  it('publishes the other origins that it has', async () => {
    const passkeys = settings({ origins: ['https://corp.de'] })
    const party = relyingParty({ name: 'Holdfast', publicUrl: 'https://corp.example' }, passkeys)
    const answer = relatedOrigins(party, passkeys)['/.well-known/webauthn']?.()
    expect(await answer?.json()).toEqual({ origins: ['https://corp.example', 'https://corp.de'] })
    expect(relatedOrigins(party, settings())).toEqual({})
  })
})

describe('attestation', () => {
  it('proves nothing without roots, so that such settings are refused', () => {
    expect(signinConfig.safeParse({ passkeys: { attestation: 'direct' } }).success).toBe(false)
  })

  it('is missing from a passkey that says nothing of its maker', () => {
    const user = { id: Buffer.alloc(16).toString('base64url') }
    const made = softAuthenticator({ origin: 'https://corp.example' }).create({
      challenge: 'AA',
      rp: { id: 'x' },
      user,
    })
    const { attestationObject } = made['response'] as { attestationObject: string }
    const about = { attestationObject, aaguid: '00000000-0000-0000-0000-000000000000' }
    const direct = { attestation: 'direct' as const, models: [], roots: ['roots.pem'] }
    expect(refusedModel(direct, about)).toBe('the authenticator does not prove which model it is')
    expect(refusedModel({ ...direct, attestation: 'none' }, about)).toBeUndefined()
  })
})
