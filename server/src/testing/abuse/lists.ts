/** What is not `https://app.example/callback`, however near it comes. */
export const notTheCallback: readonly string[] = [
  'https://app.example/callback%2f..%2fopen',
  'https://app.example/%63allback',
  'https://app.example/./callback',
  'https://app.example//callback',
  'https://app.example/callback%00',
  'https://app.example/callback%20',
  'https://app.example/callback ',
  ' https://app.example/callback',
  'https://app.example/callback\t',
  'https://app.example/callback\n',
  'https://app.example./callback',
  'https://app.example:8443/callback',
  'https://app.example\\@evil.example/callback',
  'https://app.example\\.evil.example/callback',
  'https://app.example%40evil.example/callback',
  'https://evil.example#https://app.example/callback',
  'https://evil.example?https://app.example/callback',
  'https://user:password@app.example/callback',
  'https://app.example/callback;jsessionid=1',
  'https://app.example/callback&x=1',
  'https://аpp.example/callback',
  'http://app.example/callback',
  '//app.example/callback',
  '/callback',
  'javascript:alert(1)//https://app.example/callback',
  'data:text/html,https://app.example/callback',
]

/** What is not `http://127.0.0.1/cb` on any port. */
export const notTheLoopback: readonly string[] = [
  'http://localhost:4000/cb',
  'http://127.1:4000/cb',
  'http://2130706433:4000/cb',
  'http://0x7f000001/cb',
  'http://127.0.0.2:4000/cb',
  'http://0.0.0.0:4000/cb',
  'http://[::1]:4000/cb',
  'http://[::ffff:127.0.0.1]:4000/cb',
  'http://127.0.0.1.evil.example/cb',
  'http://127.0.0.1:80@evil.example/cb',
  'http://127.0.0.1:4000@evil.example/cb',
  'http://127.0.0.1:4000.evil.example/cb',
  'http://127.0.0.1:99999/cb',
  'http://127.0.0.1:/cb/../x',
  'http://127.0.0.1:4000/cb/',
  'http://127.0.0.1:4000/cb?x',
  'http://127.0.0.1:4000/cb#x',
  'https://127.0.0.1:4000/cb',
]

/** Where no page may lead afterwards. */
export const elsewhere: readonly string[] = [
  'https://evil.example',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/%09/evil.example',
  '/%2f%2fevil.example/..',
  '/.//evil.example',
  '/a/..//evil.example',
  'javascript:alert(document.domain)//evil.example',
  'data:text/html,evil.example',
  'http:evil.example',
  ' https://evil.example',
  '@evil.example',
]

/** The pages that take a `return`. */
export const returning = (back: string): readonly string[] =>
  [
    '/sign-in',
    '/sign-in/verify',
    '/sign-in/enrol',
    '/sign-in/password',
    '/sign-in/connect',
    '/sign-in/with/none',
    '/recover',
    '/recover/new?token=x',
    '/invitation?token=x',
    '/verify-email?token=x',
    '/account',
    '/oauth/device',
    '/setup?token=x',
  ].map((path) => `${path}${path.includes('?') ? '&' : '?'}return=${back}`)

/** A page of each kind. */
export const pages: readonly string[] = [
  '/sign-in',
  '/recover',
  '/recover/new?token=x',
  '/invitation?token=x',
  '/verify-email?token=x',
  '/setup?token=x',
  '/oauth/device',
  '/oauth/end-session',
  '/oauth/authorize?client_id=nobody',
  '/account',
  '/account/security',
  '/sign-in/enrol',
  '/sign-in/with/none',
]

/** Where forms are sent to, those of the account apart (signin/account/account.test.ts has them). */
export const formPaths: readonly string[] = [
  '/sign-in',
  '/sign-in/verify',
  '/sign-in/passkey',
  '/sign-in/password',
  '/sign-in/enrol/totp',
  '/sign-in/connect',
  '/sign-out',
  '/recover',
  '/recover/new',
  '/invitation',
  '/verify-email',
  '/oauth/device',
  '/oauth/end-session/confirm',
  '/oauth/consent/x',
  '/setup',
]

/** What proxies say of where a request was sent. */
export const sentElsewhere: readonly Readonly<Record<string, string>>[] = [
  { 'x-forwarded-host': 'evil.example' },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-port': '8443' },
  { forwarded: 'for=192.0.2.1;host=evil.example;proto=https' },
  { 'x-original-host': 'evil.example', 'x-host': 'evil.example', 'x-forwarded-server': 'evil.example' },
  { 'x-original-url': '/evil', 'x-rewrite-url': '/evil', 'x-forwarded-prefix': '/evil' },
]

/** Parameters of a request that mean something to us. */
export const parameters: readonly string[] = [
  'redirect_uri',
  'client_id',
  'state',
  'scope',
  'code_challenge',
  'code_challenge_method',
  'response_type',
  'prompt',
  'nonce',
  'acr_values',
  'max_age',
]
