import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { eventsOf, quickSignIn, visitor } from '../../../testing/visitor.ts'
import { startWholeServer, type WholeServer } from '../../../testing/whole-server.ts'

/** What the pretended GitHub answers. */
const github = {
  user: {} as unknown,
  emails: [] as unknown,
  token: { access_token: 'gho_test', token_type: 'bearer' } as unknown,
  tokens: [] as URLSearchParams[],
  authorizations: [] as string[],
}
let base = ''
let whole: WholeServer

const server = createServer((request, response) => {
  void answer(request).then((body) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
  )
})

async function answer(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const path = new URL(request.url ?? '', 'http://x').pathname
  if (path === '/login/oauth/access_token') {
    github.tokens.push(new URLSearchParams(Buffer.concat(chunks).toString()))
    return github.token
  }
  github.authorizations.push(request.headers.authorization ?? '')
  return path === '/api/v3/user' ? github.user : path === '/api/v3/user/emails' ? github.emails : {}
}

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'), quickSignIn)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://localhost:${(server.address() as AddressInfo).port}`
  const connection = {
    id: 'github',
    name: 'GitHub',
    preset: 'github',
    issuer: base,
    clientId: 'app',
    clientSecret: 'github-secret',
  }
  const made = await whole.call('POST', '/api/v1/connections', { ...connection, signUp: true })
  expect(made.status, JSON.stringify(made.json)).toBe(201)
})
afterAll(async () => {
  await whole.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
beforeEach(() => {
  github.token = { access_token: 'gho_test', token_type: 'bearer' }
})

async function come(query = 'code=abc') {
  const browser = visitor(whole.url)
  const gone = await browser.get('/sign-in/with/github')
  const sent = new URL(gone.headers.get('location') ?? '').searchParams
  const back = await browser.get(`/sign-in/callback/github?${query}&state=${sent.get('state')}`)
  return { browser, sent, back }
}

describe('GitHub', () => {
  test('signs people up by their primary address, if it has verified it', async () => {
    github.user = { id: 1, login: 'octo', name: 'Octo Cat' }
    github.emails = [
      { email: 'second@cat.example', primary: false, verified: true },
      { email: 'octo@cat.example', primary: true, verified: true },
    ]
    const { browser, sent, back } = await come()
    expect(back.status, back.text).toBe(303)
    expect((await browser.api('GET', '/api/v1/me')).json).toMatchObject({ name: 'Octo Cat', email: 'octo@cat.example' })
    expect(sent.get('scope')).toBe('read:user user:email')
    const redeemed = github.tokens.at(-1)
    expect(redeemed?.get('client_secret')).toBe('github-secret')
    expect(redeemed?.get('code_verifier')).toMatch(/^[\w-]{43}$/)
    expect(github.authorizations.at(-1)).toBe('Bearer gho_test')
  })

  test('a user name that changed hands is somebody else', async () => {
    github.user = { id: 2, login: 'octo', name: 'Impostor' }
    github.emails = [{ email: 'octo@cat.example', primary: true, verified: true }]
    const { browser, back } = await come()
    expect(back.headers.get('location')).toBe('/sign-in/connect')
    expect((await browser.api('GET', '/api/v1/me')).status).toBe(401)
  })

  test.each([
    [
      'an address that it has not verified',
      { id: 3, login: 'x' },
      [{ email: 'x@cat.example', primary: true, verified: false }],
    ],
    ['only a second address', { id: 4, login: 'y' }, [{ email: 'y@cat.example', primary: false, verified: true }]],
    ['no addresses', { id: 5, login: 'z' }, { message: 'Not Found' }],
  ])('nobody is signed up with %s', async (_, user, emails) => {
    github.user = user
    github.emails = emails
    expect((await come()).back.headers.get('location')).toBe('/sign-in/connect')
  })

  test.each([
    ['an error with the status 200', 'code=abc', { error: 'bad_verification_code' }, { id: 6 }],
    ['an account without a number', 'code=abc', undefined, { id: '7', login: 'x' }],
    ['no account', 'code=abc', undefined, null],
    ['no code', '', undefined, { id: 8 }],
    ['two codes', 'code=a&code=b', undefined, { id: 9 }],
  ])('%s is not believed', async (_, query, token, user) => {
    if (token !== undefined) github.token = token
    github.user = user
    const { back } = await come(query)
    expect(back.status).toBe(502)
    expect((await eventsOf(whole, 'upstream.refused'))[0]?.reason).toMatch(/^upstream_/)
  })
})
