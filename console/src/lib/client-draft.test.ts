import { expect, test } from 'vitest'
import type { OAuthClient } from '../api/types.ts'
import { changeOf, draftOf, emptyDraft, metadataOf, ofPreset } from './client-draft.ts'

test('what is empty is left to the preset', () => {
  expect(
    metadataOf({ ...emptyDraft, name: ' Shop ', redirectUris: ' https://a.example/cb \n\nhttps://a.example/cb' }),
  ).toEqual({
    client_name: 'Shop',
    redirect_uris: ['https://a.example/cb'],
    consent: 'skip',
  })
})

test('a service comes back to no address', () => {
  expect(metadataOf({ ...emptyDraft, preset: 'service', name: 'Job', redirectUris: 'https://x' })).toEqual({
    client_name: 'Job',
  })
})

test('keys are an address, a set or one key; anything else is refused', () => {
  expect(metadataOf({ ...emptyDraft, keys: 'https://a.example/jwks' }).jwks_uri).toBe('https://a.example/jwks')
  expect(metadataOf({ ...emptyDraft, keys: '{"keys":[{"kty":"EC"}]}' }).jwks).toEqual({ keys: [{ kty: 'EC' }] })
  expect(metadataOf({ ...emptyDraft, keys: '{"kty":"EC"}' }).jwks).toEqual({ keys: [{ kty: 'EC' }] })
  expect(() => metadataOf({ ...emptyDraft, keys: 'nonsense' })).toThrow(SyntaxError)
})

test('a client becomes a draft and back', () => {
  const client = {
    preset: 'web',
    client_name: 'Shop',
    redirect_uris: ['https://a.example/cb?x=1,2'],
    resources: [{ identifier: 'https://api.example', scopes: ['read', 'write'] }],
    default_acr_values: ['aal2'],
  } as unknown as OAuthClient
  const draft = draftOf(client)
  expect(draft.resources).toBe('https://api.example read write')
  expect(metadataOf(draft)).toEqual({
    client_name: 'Shop',
    redirect_uris: ['https://a.example/cb?x=1,2'],
    consent: 'skip',
    resources: [{ identifier: 'https://api.example', scopes: ['read', 'write'] }],
    default_acr_values: ['aal2'],
  })
  expect(changeOf({ ...draft, resources: '', acr: '' }, draft)).toMatchObject({ resources: [], default_acr_values: [] })
})

test('a native client asks people as it comes, and what was chosen stays', () => {
  const native = { ...emptyDraft, ...ofPreset(emptyDraft, 'native') }
  expect(native.consent).toBe('ask')
  expect(ofPreset(native, 'web').consent).toBe('skip')
  expect(ofPreset({ ...native, consent: 'skip' }, 'native').consent).toBe('skip')
  expect(ofPreset({ ...emptyDraft, consent: 'ask' }, 'web').consent).toBe('ask')
})
