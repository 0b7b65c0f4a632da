import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { expect } from 'vitest'
import type { Visitor } from '../../../testing/visitor.ts'
import type { Answer, WholeServer } from '../../../testing/whole-server.ts'

export interface RegisteredClient {
  readonly id: string
  readonly secret: string | undefined
  readonly json: Readonly<Record<string, unknown>>
}

/** Registers an application by its client metadata. */
export async function registered(
  whole: { readonly call: (method: string, path: string, body: object) => Promise<Answer> },
  metadata: object,
): Promise<RegisteredClient> {
  const { status, json } = await whole.call('POST', '/api/v1/applications', metadata)
  expect(status, JSON.stringify(json)).toBe(201)
  return { id: json['client_id'] as string, secret: json['client_secret'] as string | undefined, json }
}

/** A request at the token endpoint, or at another one where clients authenticate, with the client's secret as RFC 6749 section 2.3.1 has it. */
export async function tokenRequest(
  { url }: Pick<WholeServer, 'url'>,
  client: Pick<RegisteredClient, 'id' | 'secret'>,
  form: Readonly<Record<string, string>>,
  { path = '/oauth/token', headers = {} }: { path?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const basic = Buffer.from(`${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret ?? '')}`)
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(client.secret !== undefined && { authorization: `Basic ${basic.toString('base64')}` }),
      ...headers,
    },
    body: new URLSearchParams({ ...(client.secret === undefined && { client_id: client.id }), ...form }).toString(),
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? {} : JSON.parse(text), headers: response.headers }
}

export interface Tokens {
  readonly access_token: string
  readonly id_token: string
  readonly refresh_token: string | undefined
}

/** The code flow of somebody who is signed in already, at the first redirect URI of the client. */
export async function signedIn(
  whole: Pick<WholeServer, 'url'>,
  browser: Visitor,
  client: RegisteredClient,
  asked: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Tokens> {
  const verifier = randomBytes(32).toString('base64url')
  const [redirectUri = ''] = client.json['redirect_uris'] as readonly string[]
  const query = new URLSearchParams({
    client_id: client.id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...asked,
  })
  const sent = await browser.get(`/oauth/authorize?${query.toString()}`)
  const code = URL.parse(sent.headers.get('location') ?? '', whole.url)?.searchParams.get('code') ?? ''
  expect(code, `${sent.status} ${sent.headers.get('location') ?? sent.text}`).not.toBe('')
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  const { status, json } = await tokenRequest(whole, client, form, { headers })
  expect(status, JSON.stringify(json)).toBe(200)
  return json as unknown as Tokens
}

/** A key of a client that proves with every request that it has it (RFC 9449, section 4). */
export function dpopKey(): { proof(method: string, url: string, nonce?: string): string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' })
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    proof(htm, htu, nonce) {
      const iat = Math.floor(Date.now() / 1000)
      const head = encode({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      const signed = `${head}.${encode({ htm, htu, iat, jti: randomBytes(16).toString('base64url'), nonce })}`
      const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      return `${signed}.${signature.toString('base64url')}`
    },
  }
}

export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>
}

export function headOf(token: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as Record<string, unknown>
}
