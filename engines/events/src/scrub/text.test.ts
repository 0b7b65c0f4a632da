import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { scrubText } from './index.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const random = 'tR4xQz81LmPw0YeVb7Kd93HsGcUa62Nf'
const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('by form', () => {
  it.each([
    ['our own secrets', `hfs_${'Ab3_-'.repeat(8)}xyz`],
    ['a JWT', `eyJhbGciOiJFZERTQSJ9.${'eyJzdWIiOiJ4In0'.repeat(2)}.${'s'.repeat(86)}`],
    ['an encrypted token (JWE)', `eyJhbGciOiJkaXIifQ..${'a'.repeat(16)}.${'b'.repeat(40)}.${'c'.repeat(22)}`],
    ['a private key', pem],
    ['a private key cut off', pem.slice(0, 80)],
    ['an RSA private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----'],
    ['an AWS key id', 'AKIAZ3MSIGQ7TR4XQZ81'],
    ['a Google key', `AIza${random}abc`],
    ['a GitHub token', `ghp_${random}abcd`],
    ['a GitLab token', 'glpat-tR4xQz81LmPw0YeVb7Kd'],
    ['a Slack token', 'xoxb-2345678901-tR4xQz81LmPw0YeVb7Kd'],
    ['a Stripe key', `sk_live_${random}`],
    ['a SendGrid key', `SG.tR4xQz81LmPw0YeVb7Kd93.${random}${random.slice(0, 11)}`],
    ['an npm token', `npm_${random}abcd`],
    ['a PyPI token', `pypi-AgEIcHlwaS5vcmc${random}${random}`],
    ['an Anthropic key', `sk-ant-api03-${random}-${random}AA`],
    ['an OpenAI key', `sk-proj-${random}${random}`],
    ['a Vault token', `hvs.${random}`],
    ['a webhook', 'https://hooks.slack.com/services/T02ABCDEF/B02ABCDEF/tR4xQz81LmPw0YeVb7Kd93Hs'],
    ['a token of a service that we do not know', `acme_${random}`],
  ])('redacts %s wherever it stands', (_, secret) => {
    for (const text of [
      secret,
      `x=${secret}`,
      `{"a":"${secret}"}`,
      `before ${secret} after`,
      `/path/${secret}`,
      `[93m${secret}`,
    ]) {
      const scrubbed = scrubText(text)
      expect(scrubbed).toContain('[redacted:')
      expect(scrubbed).not.toContain(secret.slice(-12))
    }
  })

  it.each([
    ['encoded for a URL', encodeURIComponent(`token=hfs_${random} `)],
    ['encoded twice', encodeURIComponent(encodeURIComponent(`{"password":"x y"}`))],
    ['every byte encoded', [...Buffer.from('password=hunter2')].map((byte) => `%${byte.toString(16)}`).join('')],
    ['escaped as JSON', String.raw`\u0070assword\u003d\u0068unter2`],
    ['as references', '&#112;assword&#x3d;hunter2&amp;x=1'],
    ['in full width', 'ｐａｓｓｗｏｒｄ＝ｈｕｎｔｅｒ２'],
    ['with characters of no width', 'pass\u200bword=hunter2'],
    ['in base64', base64('{"user":"ada","password":"hunter2"}')],
    ['in base64 in base64', base64(base64('{"user":"ada","password":"hunter2"}'))],
    ['in base64 in a URL', encodeURIComponent(`?state=${base64(`{"t":"hfk_${random}"}`)}`)],
    ['in JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify({ password: 'hunter2' })))],
  ])('sees through what is %s', (_, text) => {
    let plain = scrubText(text)
    for (let layer = 0; layer < 3; layer += 1) plain = decode(plain)
    expect(plain).toContain('[redacted:')
    expect(plain).not.toMatch(/hunter2|x y|tR4xQz81/)
  })
})

function decode(text: string): string {
  return text
    .replace(/(?:%[0-9a-fA-F]{2})+/g, decodeURIComponent)
    .replace(/\\u00([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

describe('by what stands before it', () => {
  it.each([
    ['Authorization: Bearer abc.def-ghi', 'Authorization: [redacted:authorization]'],
    ['sent Bearer abc.def-ghi', 'sent Bearer [redacted:authorization]'],
    ['basic dXNlcjpwYXNz', 'basic [redacted:authorization]'],
    ['Cookie: a=b; c=d', 'Cookie: [redacted:cookie]'],
    ['postgres://shop:hunter2@db:5432/shop', 'postgres://shop:[redacted:password]@db:5432/shop'],
    [`https://${random}@git.example/x`, 'https://[redacted:credential]@git.example/x'],
    ['/reset?token=abc123&page=2', '/reset?token=[redacted:token]&page=2'],
    ['{"email":"a@b.c","password":"correct horse"}', '{"email":"a@b.c","password":"[redacted:password]"}'],
    [String.raw`{\"password\":\"x\\\"y\",\"a\":1}`, String.raw`{\"password\":\"[redacted:password]\",\"a\":1}`],
    ["password: 'tr0ub4dor&3', n", "password: '[redacted:password]', n"],
    ['password: correct horse battery', 'password: [redacted:password]'],
    ['access_token=abc def', 'access_token=[redacted:token] def'],
    ['spring.datasource.password = x1', 'spring.datasource.password = [redacted:password]'],
    ['user[password]=p%26q&user[name]=a', 'user[password]=[redacted:password]&user[name]=a'],
    ['User(name=ada, password=hunter2, age=3)', 'User(name=ada, password=[redacted:password], age=3)'],
    ['PASSWORD=a,b)c;d', 'PASSWORD=[redacted:password]'],
    ['Server=db;Uid=sa;Pwd={p;q};', 'Server=db;Uid=sa;Pwd={[redacted:password]};'],
    ['<password>hunter2</password>', '<password>[redacted:password]</password>'],
    ['"recovery_codes":["a-1","b-2"],"x":1', '"recovery_codes":[redacted:code],"x":1'],
    ["ALTER ROLE shop PASSWORD 'it''s'", "ALTER ROLE shop PASSWORD '[redacted:password]'"],
    ['psql --password hunter2 -h db', 'psql --password [redacted:secret] -h db'],
    ['curl -u ada:hunter2 http://x', 'curl -u ada:[redacted:password] http://x'],
    ['root:hunter2@tcp(db:3306)/shop', 'root:[redacted:password]@tcp(db:3306)/shop'],
    ['the password is hunter2, thanks', 'the password is [redacted:password], thanks'],
    ['secret access key: x/y', 'secret access key: [redacted:secret]'],
    ['datadog key = 4f0c1d2e3b4a59687766554433221100', 'datadog key = [redacted:key]'],
    [`deploy token ${random} was used`, 'deploy token [redacted:authorization] was used'],
    ['token=x1y2z3w4, retrying with x1y2z3w4', 'token=[redacted:token], retrying with [redacted:token]'],
    ['kind: Secret\ndata:\n  user: YWRhLTE=\n', 'kind: Secret\ndata:\n  user: [redacted:secret]\n'],
    ['SET password "hunter2"', 'SET password "[redacted:password]"'],
    ['seed phrase: apple pear plum', 'seed phrase: [redacted:phrase]'],
  ])('turns %s into %s', (text, expected) => {
    expect(scrubText(text)).toBe(expected)
  })

  it.each([
    'the secret of a good token is its length',
    'token: expired',
    'password: required',
    'password: string',
    'password = ${PASSWORD}',
    '"token": null',
    'password: ****',

    '2026-01-02T03:04:05.678Z',
    '01907f3e-1111-7111-8111-111111111111',
    '192.168.100.200',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'GET /api/v1/orders/17?page=2&sort=key',

    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904',
    'etag: "tR4xQz81LmPw0YeVb7Kd93HsGcUa62Nf"',

    '"integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="',
    'PWD=/home/ada',
    'tests: pass: 12, fail: 0',

    'at Module._compile (node:internal/modules/cjs/loader:1554:14)',
    'Bearer token is missing',
    'basic authentication failed',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)',

    'ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'https://user@git.example/x',
    'a@b.example',
    'AppWindowToken{df0798e token=Token{78af589}}',
    'the token of the session, the key of the door',
  ])('leaves %s', (text) => {
    expect(scrubText(text)).toBe(text)
  })
})
