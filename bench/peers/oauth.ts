import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../../server/src/serve.ts'
import { freePort } from '../lib/free-port.ts'
import { announce } from '../lib/peer.ts'
import type { TokenSide } from '../lib/tokens.ts'

// The real control plane on its own embedded database, with a client, a person, and as many sign-ins of theirs as are asked for.
const sessions = Number(process.argv[2] ?? 0)
const data = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
const port = await freePort()
const url = `http://localhost:${port}`
const redirectUri = 'https://app.example/callback'
const person = { email: 'bench@example.com', name: 'Bench', password: 'correct horse battery staple bench' }
const unlimited = 100_000_000
const server = await startServer({
  env: {},
  logFile: join(data, 'server.log'),
  flags: {
    data,
    publicUrl: url,
    'http.listen': `127.0.0.1:${port}`,
    // One load generator is all the clients that there are.
    'oauth.limits.perAddress': unlimited,
    'oauth.limits.perClient': unlimited,
  },
})
const { token } = JSON.parse(readFileSync(join(server.dataDir, 'bootstrap.json'), 'utf8')) as { token: string }
await make('/api/v1/people', person)
const made = await make('/api/v1/applications', {
  id: 'bench',
  client_name: 'Bench',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
})
// One browser, which signs in once, and agrees as often as is needed.
const cookies = new Map<string, string>()
const refresh: string[] = []
while (refresh.length < sessions) refresh.push(await refreshToken())
const side: TokenSide = {
  url,
  path: '/oauth/token',
  client: 'bench',
  secret: String(made['client_secret']),
  refresh,
}
process.on('SIGTERM', () => {
  void server.stop().then(() => {
    rmSync(data, { recursive: true, force: true })
    process.exit(0)
  })
})
announce(JSON.stringify(side))

async function make(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as Record<string, unknown>
}

/** Signs the person in as a browser does, and exchanges the code. */
async function refreshToken(): Promise<string> {
  const verifier = randomBytes(32).toString('base64url')
  const query = new URLSearchParams({
    client_id: 'bench',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  let at = `${url}/oauth/authorize?${query.toString()}`
  while (!at.startsWith(redirectUri)) {
    const page = await visit(at)
    const next = page.headers.get('location')
    at = next === null ? await signIn(at) : new URL(next, url).href
  }
  const code = new URL(at).searchParams.get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri }
  const basic = Buffer.from(`bench:${String(made['client_secret'])}`).toString('base64')
  const headers = { authorization: `Basic ${basic}` }
  const answer = await fetch(`${url}/oauth/token`, { method: 'POST', headers, body: new URLSearchParams(form) })
  const { refresh_token: refresh } = (await answer.json()) as { refresh_token?: string }
  if (refresh === undefined) throw new Error(`The code was answered ${answer.status}.`)
  return refresh
}

async function signIn(at: string): Promise<string> {
  const body = new URLSearchParams({
    username: person.email,
    password: person.password,
    return: new URL(at).searchParams.get('return') ?? '',
  })
  const answer = await visit(`${url}/sign-in`, body)
  const next = answer.headers.get('location')
  if (next === null) throw new Error(`The sign-in was answered ${answer.status}.`)
  return new URL(next, url).href
}

async function visit(at: string, body?: URLSearchParams): Promise<Response> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await fetch(at, {
    redirect: 'manual',
    headers: { accept: 'text/html', ...(cookie !== '' && { cookie }) },
    ...(body !== undefined && { method: 'POST', body }),
  })
  await response.arrayBuffer()
  for (const line of response.headers.getSetCookie()) {
    const [name = '', ...value] = (line.split(';')[0] ?? '').split('=')
    cookies.set(name, value.join('='))
  }
  return response
}
