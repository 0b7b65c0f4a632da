import { Failure } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { type Answered, sendForm } from './endpoints.ts'
import { keepLogin, type Login } from './kept.ts'

/** milliseconds before its end at which a token is renewed */
const margin = 20_000

/** @throws Failure `sign_in_refused` */
export function loginOf(
  { status, json }: Answered,
  known: Pick<Login, 'client' | 'tokenEndpoint' | 'revocationEndpoint'>,
  now: number,
): Login {
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = json
  if (status !== 200 || typeof access !== 'string') {
    const why = [json['error_description'], json['error'], `status ${status}`].find((each) => typeof each === 'string')
    throw new Failure({ code: 'sign_in_refused', detail: `No token was given: ${why as string}.` })
  }
  const expiresAt = now + (typeof seconds === 'number' ? seconds : 60) * 1000
  return { ...known, access, refresh: typeof refresh === 'string' ? refresh : null, expiresAt }
}

/** The token of a login, renewed where it is about to end. @throws Failure `login_over` */
export async function tokenOf(terminal: Pick<Terminal, 'env'>, url: string, login: Login): Promise<string> {
  const now = Date.now()
  if (login.expiresAt - margin > now) return login.access
  const { client, tokenEndpoint, refresh } = login
  const answer =
    refresh === null
      ? undefined
      : await sendForm(tokenEndpoint, { grant_type: 'refresh_token', refresh_token: refresh, client_id: client })
  if (answer?.status !== 200) {
    throw new Failure({
      code: 'login_over',
      detail: `The sign-in to ${url} is over.`,
      mend: 'Sign in again with "holdfast login --web", or "holdfast logout" to go back to the token of the data directory.',
    })
  }
  const renewed = loginOf(answer, login, now)
  keepLogin(terminal, url, renewed)
  return renewed.access
}
