import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Account {
  readonly sub: string
  readonly email?: string
  readonly email_verified?: boolean | string
  readonly name?: string
  readonly [claim: string]: unknown
}

/** How the provider misbehaves. */
export interface Behaviour {
  /** changes the claims of the id_token */
  claims?: (claims: Record<string, unknown>) => Record<string, unknown>
  /** of the id_token's header */
  header?: Record<string, unknown>
  /** signs with another key than the published one, or not at all */
  signature?: 'other-key' | 'none' | 'hmac'
  /** the `iss` of the answer to the browser; null: none */
  iss?: string | null
  /** takes any verifier, and codes twice */
  careless?: boolean
  /** instead of the token endpoint's answer */
  token?: { readonly status: number; readonly body: string }
  /** an error instead of a code */
  error?: string
  metadata?: Record<string, unknown>
}

export interface FakeUpstream {
  readonly issuer: string
  /** who is signed in there */
  account: Account
  behaviour: Behaviour
  /** What was asked of the token endpoint, newest last. */
  readonly redeemed: URLSearchParams[]
  /** A browser goes where it was sent, and is sent back. @returns the path of the callback, with its query */
  visit(authorize: string): Promise<string>
  close(): Promise<void>
}

interface Issued {
  readonly clientId: string
  readonly nonce: string | null
  readonly challenge: string | null
  readonly redirectUri: string
  readonly account: Account
  readonly maxAge: string | null
  used: boolean
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** An OpenID Connect provider of our own, which does all that it should, until it is told to misbehave. */
export async function startUpstream(
  client: { readonly id: string; readonly secret: string } = { id: 'holdfast', secret: 'upstream-secret' },
): Promise<FakeUpstream> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const codes = new Map<string, Issued>()
  const server = createServer((request, response) => {
    void route(request).then(({ status, headers, body }) => response.writeHead(status, headers).end(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`

  const own: FakeUpstream = {
    issuer,
    account: { sub: 'nobody' },
    behaviour: {},
    redeemed: [],
    async visit(authorize) {
      const answer = await fetch(authorize, { redirect: 'manual' })
      const back = new URL(answer.headers.get('location') ?? '')
      return back.pathname + back.search
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }

  async function route(request: IncomingMessage) {
    const url = new URL(request.url ?? '', issuer)
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256', 'none', 'HS256'],
          authorization_response_iss_parameter_supported: true,
          ...own.behaviour.metadata,
        })
      case '/jwks':
        return json({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }] })
      case '/authorize':
        return authorize(url.searchParams)
      case '/token':
        return token(new URLSearchParams(await bodyOf(request)), request.headers.authorization ?? '')
      default:
        return { status: 404, headers: {}, body: '' }
    }
  }

  function authorize(asked: URLSearchParams) {
    const { iss = issuer, error } = own.behaviour
    const back = new URL(asked.get('redirect_uri') ?? '')
    const code = randomBytes(16).toString('hex')
    codes.set(code, {
      clientId: asked.get('client_id') ?? '',
      nonce: asked.get('nonce'),
      challenge: asked.get('code_challenge'),
      redirectUri: back.href,
      account: own.account,
      maxAge: asked.get('max_age'),
      used: false,
    })
    if (error === undefined) back.searchParams.set('code', code)
    else back.searchParams.set('error', error)
    back.searchParams.set('state', asked.get('state') ?? '')
    if (iss !== null) back.searchParams.set('iss', iss)
    return { status: 302, headers: { location: back.href }, body: '' }
  }

  function token(asked: URLSearchParams, authorization: string) {
    own.redeemed.push(asked)
    const { behaviour } = own
    if (behaviour.token !== undefined) {
      return {
        status: behaviour.token.status,
        headers: { 'content-type': 'application/json' },
        body: behaviour.token.body,
      }
    }
    const issued = codes.get(asked.get('code') ?? '')
    const basic = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString()
    const challenge = createHash('sha256')
      .update(asked.get('code_verifier') ?? '')
      .digest('base64url')
    const right =
      issued !== undefined &&
      decodeURIComponent(basic) === `${client.id}:${client.secret}` &&
      (behaviour.careless === true ||
        (!issued.used && challenge === issued.challenge && asked.get('redirect_uri') === issued.redirectUri))
    if (!right) return json({ error: 'invalid_grant' }, 400)
    issued.used = true
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      aud: issued.clientId,
      iat: now,
      exp: now + 300,
      ...(issued.nonce !== null && { nonce: issued.nonce }),
      ...(issued.maxAge !== null && { auth_time: now }),
      ...issued.account,
    }
    const idToken = signed(behaviour.claims?.(claims) ?? claims)
    return json({ access_token: 'upstream-access', token_type: 'Bearer', expires_in: 300, id_token: idToken })
  }

  function signed(claims: Record<string, unknown>): string {
    const { header, signature } = own.behaviour
    const alg = signature === 'none' ? 'none' : signature === 'hmac' ? 'HS256' : 'ES256'
    const input = `${base64url({ alg, kid: 'k1', ...header })}.${base64url(claims)}`
    if (signature === 'none' || signature === 'hmac') return `${input}.${signature === 'hmac' ? 'AAAA' : ''}`
    const key: KeyObject = signature === 'other-key' ? other.privateKey : keys.privateKey
    return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }

  return own
}

function json(body: unknown, status = 200) {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
