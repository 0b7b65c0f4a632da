import type { Outbound } from '../../../../platform/outbound/resolve.ts'
import { challengeOf, textOf } from './oidc.ts'
import { type Journey, type Provider, type Upstream, UpstreamFailed } from './provider.ts'
import { guardedFetch } from './transport.ts'

export interface GithubSettings {
  /** `https://github.com`, or the address of a GitHub Enterprise Server */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string | null
  readonly scopes: readonly string[]
}

/**
 * GitHub speaks OAuth 2, not OpenID Connect: who somebody is comes from its API (docs.github.com, "Authorizing OAuth apps"
 * and "Get the authenticated user"). An account is its number, since user names change hands; the address is the primary
 * one, and only when GitHub has verified it.
 */
export function createGithubProvider(
  settings: GithubSettings,
  { outbound }: { readonly outbound: Outbound },
): Provider {
  const base = settings.issuer.replace(/\/$/, '')
  const api = base === 'https://github.com' ? 'https://api.github.com' : `${base}/api/v3`
  const ask = guardedFetch(outbound)

  async function json(url: string, token: string): Promise<unknown> {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'Holdfast',
    }
    const answer = await ask(url, { method: 'GET', headers, body: undefined, redirect: 'manual' })
    return answer.status === 200 ? bodyOf(answer) : undefined
  }

  async function redeem(answer: URLSearchParams, journey: Journey): Promise<Upstream> {
    const error = answer.get('error')
    if (error !== null) {
      const code = /^[a-z_]{1,60}$/.test(error) ? error : 'unknown'
      throw new UpstreamFailed(
        code === 'access_denied' ? 'upstream_denied' : 'upstream_error',
        `GitHub answered ${code}`,
      )
    }
    const code = answer.get('code')
    if (code === null || answer.getAll('code').length !== 1)
      throw new UpstreamFailed('upstream_invalid', 'there is no code')
    const body = new URLSearchParams({
      client_id: settings.clientId,
      ...(settings.clientSecret !== null && { client_secret: settings.clientSecret }),
      code,
      redirect_uri: journey.redirectUri,
      code_verifier: journey.verifier,
    })
    const redeemed = await ask(`${base}/login/oauth/access_token`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body,
      redirect: 'manual',
    })
    // Errors come with the status 200 as well.
    const token = textOf(memberOf(redeemed.status === 200 ? await bodyOf(redeemed) : undefined, 'access_token'))
    if (token === null) throw new UpstreamFailed('upstream_error', 'GitHub gave no token for the code')
    return whoIs(await json(`${api}/user`, token), await json(`${api}/user/emails`, token))
  }

  return {
    async authorize(journey) {
      const url = new URL(`${base}/login/oauth/authorize`)
      const query = {
        client_id: settings.clientId,
        redirect_uri: journey.redirectUri,
        scope: ['read:user', 'user:email', ...settings.scopes].join(' '),
        state: journey.state,
        code_challenge: challengeOf(journey.verifier),
        code_challenge_method: 'S256',
        ...(journey.hint !== undefined && { login: journey.hint }),
        ...(journey.anew === true && { prompt: 'select_account' }),
      }
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
      return url
    },
    redeem,
    async probe() {
      const answer = await ask(`${api}/meta`, {
        method: 'GET',
        headers: { accept: 'application/json', 'user-agent': 'Holdfast' },
        body: undefined,
        redirect: 'manual',
      })
      if (answer.status !== 200) throw new UpstreamFailed('upstream_invalid', `its API answered ${answer.status}`)
    },
  }
}

function whoIs(user: unknown, emails: unknown): Upstream {
  const id = memberOf(user, 'id')
  if (typeof id !== 'number' || !Number.isSafeInteger(id))
    throw new UpstreamFailed('upstream_invalid', 'GitHub names no account')
  const primary = Array.isArray(emails) ? emails.find((entry) => memberOf(entry, 'primary') === true) : undefined
  const email = textOf(memberOf(primary, 'email'))
  const login = textOf(memberOf(user, 'login'))
  return {
    subject: String(id),
    email,
    emailVerified: email !== null && memberOf(primary, 'verified') === true,
    name: textOf(memberOf(user, 'name')) ?? login,
    label: login ?? email ?? String(id),
    shown: [],
    claims: {},
  }
}

async function bodyOf(answer: Response): Promise<unknown> {
  try {
    return await answer.json()
  } catch {
    return undefined
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
