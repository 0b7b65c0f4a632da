import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { softAuthenticator } from '../../../../testing/authenticator.ts'
import { type Maker, maker } from '../../../../testing/maker.ts'
import { signinConfig } from '../../config.ts'
import { believeRoots, refusedModel } from './attestation.ts'
import { checkRegistration } from './check.ts'
import { relatedOrigins } from './related-origins.ts'
import { relyingParty } from './relying-party.ts'
import { Registration } from './shapes.ts'

const settings = (passkeys: object = {}) => signinConfig.parse({ passkeys }).passkeys
const at = (publicUrl: string, passkeys: object = {}) =>
  relyingParty({ name: 'Holdfast', publicUrl }, settings(passkeys))

describe('the relying party', () => {
  it('is the host of the public URL, or a domain above it', () => {
    expect(at('https://id.corp.example')).toMatchObject({
      id: 'id.corp.example',
      published: ['https://id.corp.example'],
    })
    expect(at('https://id.corp.example:8443', { rpId: 'corp.example' })).toMatchObject({
      id: 'corp.example',
      published: ['https://id.corp.example:8443'],
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
    expect(at(publicUrl)?.published).toEqual([publicUrl])
  })

  it('publishes the other origins that it has', async () => {
    const passkeys = settings({ origins: ['https://corp.de'] })
    const ofTenant = async (tenant: string) => (tenant === 'acme' ? ['https://login.acme.example'] : [])
    const party = relyingParty({ name: 'Holdfast', publicUrl: 'https://corp.example' }, passkeys, ofTenant)
    expect(await party?.originsOf('acme')).toContain('https://login.acme.example')
    expect(await party?.originsOf('other')).toEqual(party?.published)
    // Who the tenants are is nobody's business.
    const answer = relatedOrigins(party, passkeys)['/.well-known/webauthn']?.()
    expect(await answer?.json()).toEqual({ origins: ['https://corp.example', 'https://corp.de'] })
    expect(relatedOrigins(party, settings())).toEqual({})
  })
})

describe('attestation', () => {
  it('proves nothing without roots, so that such settings are refused', () => {
    expect(signinConfig.safeParse({ passkeys: { attestation: 'direct' } }).success).toBe(false)
  })

  it('is missing from a passkey that says nothing of its maker', async () => {
    const user = { id: Buffer.alloc(16).toString('base64url') }
    const made = softAuthenticator({ origin: 'https://corp.example' }).create({
      challenge: 'AA',
      rp: { id: 'x' },
      user,
    })
    const { attestationObject } = made['response'] as { attestationObject: string }
    const about = { attestationObject, aaguid: '00000000-0000-0000-0000-000000000000' }
    const direct = { attestation: 'direct' as const, models: [], roots: ['roots.pem'] }
    expect(await refusedModel(direct, about)).toBe('the authenticator does not prove which model it is')
    expect(await refusedModel({ ...direct, attestation: 'none' }, about)).toBeUndefined()
  })

  it('is verified up to a root that is believed, and the model looked up', async () => {
    const origin = 'https://corp.example'
    const model = Buffer.from('a1b2c3d4e5f60718293a4b5c6d7e8f90', 'hex')
    const [ours, others] = [maker(model), maker(model)]
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-roots-'))
    const roots = [join(folder, 'maker.pem')]
    writeFileSync(roots[0] ?? '', ours.root)
    const direct = { attestation: 'direct' as const, models: [], roots }
    believeRoots(direct)
    rmSync(folder, { recursive: true })
    const party = { id: 'corp.example', origins: [origin] }
    const user = { id: Buffer.alloc(16).toString('base64url') }
    const register = (by: Maker | undefined) => {
      const device = softAuthenticator({ origin, ...(by !== undefined && { maker: by }) })
      return Registration.parse(device.create({ challenge: 'AAAA', rp: { id: party.id }, user }))
    }
    const response = register(ours)
    const checked = await checkRegistration(party, { response, challenge: 'AAAA' })
    expect(checked).toMatchObject({
      ok: true,
      value: { fmt: 'packed', aaguid: 'a1b2c3d4-e5f6-0718-293a-4b5c6d7e8f90' },
    })
    const { attestationObject } = response.response
    const about = { attestationObject, aaguid: 'a1b2c3d4-e5f6-0718-293a-4b5c6d7e8f90' }
    expect(await refusedModel(direct, about)).toBeUndefined()
    expect(await refusedModel({ ...direct, models: [about.aaguid.toUpperCase()] }, about)).toBeUndefined()
    const another = { ...direct, models: ['00000000-0000-0000-0000-000000000001'] }
    expect(await refusedModel(another, about)).toBe('authenticators of this model are not taken')
    expect(await checkRegistration(party, { response: register(others), challenge: 'AAAA' })).toMatchObject({
      ok: false,
    })
  })
})
