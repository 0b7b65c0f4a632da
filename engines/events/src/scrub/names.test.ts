import { describe, expect, it } from 'vitest'
import { isSecretName, scrub } from './index.ts'

const SECRET = [
  'password',
  'newPassword',
  'PASSWORD',
  'pAsSwOrD',
  'user_password',
  'dbpassword',
  'passwd',
  'passphrase',
  'pwd',
  'PGPASSWORD',
  'MYSQLPASS',
  'passwordHash',
  'client_secret',
  'clientSecret',
  'CLIENTSECRET',
  'mysecret',
  'secret',
  'aws_secret_access_key',
  'secretKey',

  'X-Api-Key',
  'apiKey',
  'apikey',
  'APIKey',
  'api.key',
  'private_key',
  'privateKey',
  'encryptionKey',
  'ssh-key',
  'Ocp-Apim-Subscription-Key',
  'access_token',
  'idToken',
  'token',
  'tokens',
  'usertoken',
  'x-csrf-token',
  'jwt',
  'bearer',
  'refreshtoken',

  'Authorization',
  'AUTHORIZATION',
  'proxy-authorization',
  'cookie',
  'Set-Cookie',
  'JSESSIONID',
  'credentials',
  'creds',

  'card.number',
  'cardNumber',
  'card_no',
  'pan',
  'ccnum',
  'creditCardNumber',
  'cvv',
  'CVC2',
  'card.cvv',
  'cvv_code',
  'track2',

  'otp',
  'totp',
  'pin',
  'pinCode',
  'one_time_code',
  'recoveryCodes',
  'seedPhrase',
  'mnemonic',
  'Passwort',
  'contraseña',
  'mot_de_passe',
  'пароль',
  '密码',
]

const PLAIN = [
  'name',
  'keyboard',
  'monkey',
  'secretary',
  'tokenizer',
  'tokenId',
  'keyId',
  'publicKey',
  'public_token',
  'cookieName',
  'passwordChangedAt',
  'tokenType',
  'token_type',

  'passwordless',
  'password_policy',
  'passwordRequired',
  'password_expires_at',
  'secretName',
  'token_endpoint',
  'authorization_endpoint',
  'authorizationUrl',
  'token_count',

  'compass',
  'bypass',
  'passenger',
  'passport',
  'author',
  'authority',
  'idempotencyKey',
  'cacheKey',
  'primary_key',
  'spin',
  'pinned',
  'panel',
  'japan',
  'card',
  'cardholder',
  'hotpot',
]

describe('names', () => {
  it.each(SECRET)('%s is a secret, whatever it holds', (name) => {
    expect(isSecretName(name)).toBe(true)
    expect(JSON.stringify(scrub({ in: [{ [name]: 'plain', n: 1 }] }))).toMatch(
      /^\{"in":\[\{"[^"]+":"\[redacted:[a-z]+\]","n":1\}\]\}$/,
    )
    expect(JSON.stringify(scrub({ [name]: { deep: ['plain', 7] } }))).not.toMatch(/plain|7/)
  })

  it.each(PLAIN)('%s is none', (name) => {
    expect(isSecretName(name)).toBe(false)
    expect(scrub({ [name]: 'plain' })).toEqual({ [name]: 'plain' })
  })

  it('a weak name hides only what looks drawn by lot', () => {
    expect(scrub({ key: 'orders:17', code: 'E_NOT_FOUND', auth: 'oidc', secret_id: 'prod/db' })).toEqual({
      key: 'orders:17',
      code: 'E_NOT_FOUND',
      auth: 'oidc',
      secret_id: 'prod/db',
    })
    expect(scrub({ key: 'tR4xQz81LmPw0Ye', secret_id: '84896a0c-1347-aa90-a4f6-aca8b7558780' })).toEqual({
      key: '[redacted:key]',
      secret_id: '[redacted:secret]',
    })
  })

  it('keeps what can be no secret: null, booleans, empty texts, and how many tokens were used', () => {
    const value = { password: null, token: true, secret: '', tokens: 120, max_tokens: 4096 }
    expect(scrub(value)).toEqual(value)
  })

  it('keeps what describes a secret beside it, but not in what is strictly one', () => {
    expect(scrub({ tokens: [{ id: 't1', type: 'api', value: 'abc' }] })).toEqual({
      tokens: [{ id: 't1', type: 'api', value: '[redacted:token]' }],
    })
    const decided = { authorizations: [{ decision: 'Deny', policy: { uid: 'p1', name: 'No refunds' } }] }
    expect(scrub(decided)).toEqual(decided)
    expect(scrub({ password: { id: 'x', type: 'y' } })).toEqual({
      password: { id: '[redacted:password]', type: '[redacted:password]' },
    })
    expect(scrub({ card: { number: '4111111111111111', code: '123', brand: 'visa' } })).toEqual({
      card: { number: '[redacted:card ****1111]', code: '[redacted:cvv]', brand: 'visa' },
    })
  })

  it('sees a name in a field beside, before or in front of the value', () => {
    expect(
      scrub([
        { name: 'password', value: 'a b' },
        { key: 'http.request.header.authorization', value: { stringValue: 'x' } },
      ]),
    ).toEqual([
      { name: 'password', value: '[redacted:password]' },
      { key: 'http.request.header.authorization', value: { stringValue: '[redacted:authorization]' } },
    ])
    expect(scrub(['Host', 'a', 'Cookie', 'b=c'])).toEqual(['Host', 'a', 'Cookie', '[redacted:cookie]'])
    expect(
      scrub([
        ['set-cookie', 'a=b'],
        ['host', 'c'],
      ]),
    ).toEqual([
      ['set-cookie', '[redacted:cookie]'],
      ['host', 'c'],
    ])
    expect(scrub(['login', '--password', 'hunter', '--verbose'])).toEqual([
      'login',
      '--password',
      '[redacted:password]',
      '--verbose',
    ])
    expect(scrub({ changed: ['password', 'email'] })).toEqual({ changed: ['password', 'email'] })
  })
})
