import { createHash, randomBytes } from 'node:crypto'
import { Failure } from '../failure.ts'
import { type Endpoints, endpointsOf, sendForm } from './endpoints.ts'
import type { Login } from './kept.ts'
import { listenForCallback } from './loopback.ts'
import { loginOf } from './tokens.ts'

const minutes = 10

/**
 * Signs a person in at their browser, by whatever they sign in with there: the authorization code flow of a native application, with PKCE,
 * back to a loopback port (RFC 8252, sections 6 and 7.3). The request is pushed first (RFC 9126), so that the address to open is short
 * and whatever is wrong with the client is said here.
 * @param show tells the person the address
 */
export async function signInByBrowser(
  { url, client, resource }: { readonly url: string; readonly client: string; readonly resource: string },
  show: (address: string) => void,
): Promise<Login> {
  const endpoints = await endpointsOf(url)
  const [state, verifier] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
  const loopback = await listenForCallback(state)
  try {
    const { redirectUri } = loopback
    const pushed = await sendForm(endpoints.push, {
      client_id: client,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid manage',
      resource,
      // What operators do wants a sign-in of the last quarter of an hour, as the console does.
      max_age: '900',
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    if (pushed.status !== 201) throw unregistered(client, pushed.json)
    const request = { client_id: client, request_uri: String(pushed.json['request_uri']) }
    show(`${endpoints.authorize}?${new URLSearchParams(request).toString()}`)
    const code = codeOf(await loopback.called(minutes * 60_000), endpoints)
    const form = {
      grant_type: 'authorization_code',
      client_id: client,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }
    const known = { client, tokenEndpoint: endpoints.token, revocationEndpoint: endpoints.revoke }
    return loginOf(await sendForm(endpoints.token, form), known, Date.now())
  } finally {
    loopback.close()
  }
}

function codeOf(answer: URLSearchParams, { issuer }: Pick<Endpoints, 'issuer'>): string {
  const [code, error] = [answer.get('code'), answer.get('error')]
  // RFC 9207: an answer of somebody else is none.
  if (answer.get('iss') !== issuer)
    throw new Failure({ code: 'sign_in_refused', detail: 'The answer is not from this control plane.' })
  if (code !== null) return code
  throw new Failure({
    code: 'sign_in_refused',
    detail: `Nobody was signed in: ${answer.get('error_description') ?? error}.`,
  })
}

function unregistered(client: string, { error, error_description: why }: Readonly<Record<string, unknown>>): Failure {
  return new Failure({
    code: 'login_not_set_up',
    detail: `The client ${client} may not sign people in: ${String(why ?? error)}.`,
    mend: 'An operator sets it up once with "holdfast login --set-up".',
  })
}
