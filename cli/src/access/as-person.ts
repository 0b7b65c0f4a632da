import { Failure, usage } from '../failure.ts'
import type { Terminal } from '../terminal.ts'
import { readKnownPassword, type PasswordOptions } from '../commands/secrets.ts'
import { Api } from '../api/client.ts'

export interface PersonOptions extends PasswordOptions {
  /** e-mail address; whoever is signed in by "holdfast login" when absent */
  readonly as?: string
}

/**
 * Signs a person in for one command, and out again: what only people may do has no token.
 * @throws Failure `sign_in_refused`
 */
export async function asPerson<T>(
  api: Api,
  { as: email, ...options }: PersonOptions,
  terminal: Terminal,
  run: (api: Api) => Promise<T>,
): Promise<T> {
  const { url, renewed } = api.connection
  if (email === undefined) {
    if (renewed !== undefined) return run(api)
    throw usage('Only people do this.', 'Say who you are with --as, or sign in first: holdfast login --web')
  }
  const password = await readKnownPassword(options, terminal)
  const answer = await form(`${url}/sign-in`, { username: email, password }).catch((cause: unknown) => {
    throw new Failure({
      code: 'unreachable',
      detail: `${url} cannot be reached.`,
      mend: 'Try "holdfast doctor".',
      cause,
    })
  })
  const first = sessionOf(answer)
  if (first === undefined) {
    throw new Failure({
      code: 'sign_in_refused',
      detail: `${email} was not signed in (status ${answer.status}).`,
      mend: 'Check the address and the password; after several wrong ones it takes a while.',
    })
  }
  const session = await showSecond(url, answer, first, terminal)
  try {
    return await run(new Api({ url, token: undefined, session }))
  } finally {
    // It would end by itself; what was done is done.
    await form(`${url}/sign-out`, {}, session).catch(() => {})
  }
}

function sessionOf({ headers }: Response): string | undefined {
  return headers
    .getSetCookie()
    .map((line) => /^__Host-holdfast=([^;]+)/.exec(line)?.[1])
    .find((value) => value !== undefined)
}

/**
 * Asks for the second factor of whoever has one. A passkey takes a browser.
 * @throws Failure `second_factor_needed` where nobody is there to ask, or what is demanded cannot be typed
 */
async function showSecond(url: string, answer: Response, first: string, terminal: Terminal): Promise<string> {
  const step = new URL(answer.headers.get('location') ?? '/', url).pathname
  if (!step.startsWith('/sign-in')) return first
  if (step === '/sign-in/verify' && terminal.interactive) {
    const code = await terminal.ask('Code of the authenticator app, or a recovery code: ')
    const shown = await form(`${url}/sign-in/verify`, { code }, first)
    const session = sessionOf(shown)
    if (session !== undefined && !(shown.headers.get('location') ?? '').startsWith('/sign-in')) return session
  }
  throw new Failure({
    code: 'second_factor_needed',
    detail: 'This account takes more than a password, and it was not shown.',
    mend: 'Run the command in a terminal and enter a code; with a passkey, sign in first: holdfast login --web.',
  })
}

async function form(url: string, fields: Readonly<Record<string, string>>, session?: string): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(session !== undefined && { cookie: `__Host-holdfast=${session}` }),
    },
    body: new URLSearchParams(fields).toString(),
    signal: AbortSignal.timeout(30_000),
  })
  await response.body?.cancel()
  return response
}
