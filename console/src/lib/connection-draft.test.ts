import { expect, test } from 'vitest'
import { connectionChangeOf, emptyConnection, newConnectionOf } from './connection-draft.ts'

test('only what the provider asks for is said', () => {
  const said = { ...emptyConnection, clientId: ' id ', issuer: 'https://x', tenant: 't' }
  expect(newConnectionOf('google', said)).toMatchObject({ id: 'google', preset: 'google', clientId: 'id' })
  expect(newConnectionOf('google', said)).not.toHaveProperty('issuer')
  expect(newConnectionOf('google', said)).not.toHaveProperty('clientSecret')
  expect(newConnectionOf('entra', { ...said, preset: 'microsoft' })).toMatchObject({ tenant: 't' })
  expect(newConnectionOf('own', { ...said, preset: 'oidc' })).toMatchObject({ issuer: 'https://x' })
})

test('a secret that was not typed stays as it is, and groups of a sign-up that is off are none', () => {
  const before = { ...emptyConnection, issuer: 'https://x', signUpGroups: ['staff'] }
  expect(connectionChangeOf({ ...before, domains: 'a.example, b.example' }, before)).toEqual({
    name: 'Google',
    clientId: '',
    button: true,
    domains: ['a.example', 'b.example'],
    signUp: false,
    signUpGroups: [],
    trustEmail: false,
    updateName: false,
    secondFactor: [],
  })
  expect(connectionChangeOf({ ...before, clientSecret: 's', issuer: 'https://y' }, before)).toMatchObject({
    clientSecret: 's',
    issuer: 'https://y',
  })
})
