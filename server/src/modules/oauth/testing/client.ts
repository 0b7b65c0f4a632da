import { createHash, randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { Credentials, Visitor } from '../../../testing/visitor.ts'
import type { WholeServer } from '../../../testing/whole-server.ts'
import { authorize } from './browser.ts'

export const redirectUri = 'https://app.example/callback'

export interface Called {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>>
  readonly headers: Headers
}

/** A client without a library, which says what it likes. */
export interface PlainClient {
  /** its id, and its secret where it has one */
  readonly own: Readonly<Record<string, string>>
  /** A request with a form, as any client may send it. */
  send(
    at: string,
    path: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Called>
  /** Leads a person through an authorization. @returns what the client is called back with, and its verifier */
  ask(
    at: string,
    person: Pick<Credentials, 'email' | 'password'>,
    more?: Readonly<Record<string, string>>,
    browser?: Visitor,
  ): Promise<{ readonly callback: URL; readonly code: string; readonly verifier: string }>
  /** The form that exchanges a code. */
  exchange(code: string, verifier: string): Readonly<Record<string, string>>
  /** The form that uses a refresh token. */
  refresh(token: string): Readonly<Record<string, string>>
}

/** @param own its id, and its secret where it has one */
export function plainClient(own: { readonly client_id: string; readonly client_secret?: string }): PlainClient {
  const client: PlainClient = {
    own,
    async send(at, path, form, headers = {}) {
      const response = await fetch(`${at}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: new URLSearchParams({ ...own, ...form }).toString(),
        redirect: 'manual',
      })
      const text = await response.text()
      const isJson = (response.headers.get('content-type') ?? '').includes('json')
      return { status: response.status, json: isJson ? JSON.parse(text) : { text }, headers: response.headers }
    },
    async ask(at, person, more = {}, browser) {
      const verifier = randomBytes(32).toString('base64url')
      const url = new URL(`${at}/oauth/authorize`)
      url.search = new URLSearchParams({
        client_id: own.client_id,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: 'openid',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...more,
      }).toString()
      const callback = await authorize(at, url, redirectUri, person, browser)
      return { callback, code: callback.searchParams.get('code') ?? '', verifier }
    },
    exchange: (code, verifier) => ({
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: redirectUri,
    }),
    refresh: (token) => ({ grant_type: 'refresh_token', refresh_token: token }),
  }
  return client
}

/** Registers the first client of a new application. @param more metadata beside what most have */
export async function registerClient(whole: WholeServer, id: string, more: object = {}): Promise<PlainClient> {
  const { status, json } = await whole.call('POST', '/api/v1/applications', {
    id,
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'client_secret_post',
    ...more,
  })
  expect(status, JSON.stringify(json)).toBe(201)
  const secret = json['client_secret'] as string | undefined
  return plainClient({ client_id: json['client_id'] as string, ...(secret !== undefined && { client_secret: secret }) })
}

/** What a token answer has, or an error that says why it has not. */
export function granted({ status, json }: Called): { readonly access: string; readonly refresh: string } {
  expect(status, JSON.stringify(json)).toBe(200)
  return { access: json['access_token'] as string, refresh: json['refresh_token'] as string }
}

/** @returns the claims of a JWT, unchecked */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>
}
