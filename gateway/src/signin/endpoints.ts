import type { ServerResponse } from 'node:http'
import {
  CALLBACK_PATH,
  type ExchangeRequest,
  type ExchangeResponse,
  HAND_OFF_PATH,
  SIGN_IN_PATH,
  SIGN_OUT_PATH,
} from '@holdfast/bundle'
import { EdgeError } from '@holdfast/sdk/edge'
import { type Cookies, isForeign, prefersHtml, refusal, type Refusal, type RequestHead } from '@holdfast/sdk/edge/guard'
import { queryOf, readStepUp, type StepUp } from '../identity/challenge.ts'
import { challenge, clearSession, forgetFlow, newFlow, recallFlow, rememberFlow, sessionCookie } from './flow.ts'
import { returnPath } from './return-path.ts'

export interface EndpointsOptions {
  readonly exchange: (request: ExchangeRequest) => Promise<ExchangeResponse>
  /** Ends the person's whole sign-in, here and everywhere. */
  readonly signOut: (credential: string, application: string) => Promise<void>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

export interface EndpointRequest {
  readonly head: RequestHead
  readonly cookies: Cookies
  readonly application: string
  /** The control plane's public URL, where people sign in. */
  readonly controlPlane: string
  readonly response: ServerResponse
  readonly requestId: string
}

export const unavailable = (detail: string): Refusal => refusal('policy_unavailable', detail, ['Retry-After', '5'])

/** The gateway's own paths at a guarded host. They never reach the upstream. */
export class Endpoints {
  private readonly options: EndpointsOptions

  constructor(options: EndpointsOptions) {
    this.options = options
  }

  /** Answers, or says why not. */
  async handle(asked: EndpointRequest): Promise<Refusal | null> {
    const { method, target } = asked.head
    const reads = method === 'GET' || method === 'HEAD'
    switch (target.path) {
      case SIGN_IN_PATH:
        return reads ? this.signIn(asked) : wrongMethod('GET')
      case CALLBACK_PATH:
        return method === 'GET' ? this.callback(asked) : wrongMethod('GET')
      case SIGN_OUT_PATH:
        return method === 'POST' ? this.signOut(asked) : wrongMethod('POST')
      default:
        return refusal('path_unknown', 'The gateway has no such page.')
    }
  }

  private signIn({ head, cookies, application, controlPlane, response, requestId }: EndpointRequest): null {
    const origin = originOf(head)
    const query = new URLSearchParams(head.target.query)
    const wanted = only(query, 'return')
    const stepUp = readStepUp(only(query, 'acr'), only(query, 'max_age'))
    const flow = newFlow(returnPath(wanted, origin), this.options.now())
    const there = new URL(HAND_OFF_PATH, controlPlane)
    there.search = new URLSearchParams({
      application,
      redirect_uri: origin + CALLBACK_PATH,
      state: flow.state,
      challenge: challenge(flow),
      ...Object.fromEntries(queryOf(stepUp)),
    }).toString()
    redirect(response, requestId, there.href, rememberFlow(flow, cookies.flows))
    return null
  }

  private async callback({ head, cookies, response, requestId }: EndpointRequest): Promise<Refusal | null> {
    const query = new URLSearchParams(head.target.query)
    const state = only(query, 'state')
    const flow = state === null ? null : recallFlow(state, cookies.flows, this.options.now())
    if (flow === null) return refusal('sign_in_invalid', 'This sign-in was not begun in this browser, or too long ago.')
    const forget = forgetFlow(flow.state)
    const code = only(query, 'code')
    if (code === null) return refusal('sign_in_invalid', 'The sign-in was not completed.', ['Set-Cookie', forget])
    const redirectUri = originOf(head) + CALLBACK_PATH
    try {
      const answer = await this.options.exchange({ code, verifier: flow.verifier, redirectUri })
      const cookie = sessionCookie(answer.session, answer.expiresAt, this.options.now())
      // Our own cookie says where to go, not the answer: it is this browser that asked.
      redirect(response, requestId, returnPath(flow.returnTo, originOf(head)), [cookie, forget])
      return null
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error
      if (error.status === null || error.status >= 500)
        return unavailable('The sign-in cannot be completed at the moment.')
      return refusal('sign_in_invalid', 'This sign-in has been used already, or too long ago.', ['Set-Cookie', forget])
    }
  }

  private async signOut({ head, cookies, application, response, requestId }: EndpointRequest): Promise<Refusal | null> {
    if (isForeign(head)) return refusal('cross_site_request', 'Only a page of this host may sign out.')
    if (cookies.session !== null) {
      try {
        await this.options.signOut(cookies.session, application)
      } catch (error) {
        if (!(error instanceof EdgeError)) throw error
        // The cookie stays: a sign-out that did not end the session must not look like one.
        return unavailable('The session could not be ended. It is still open; try again.')
      }
    }
    if (prefersHtml(head.accept)) {
      const wanted = only(new URLSearchParams(head.target.query), 'return')
      redirect(response, requestId, returnPath(wanted, originOf(head)), [clearSession()])
    } else response.writeHead(204, [...common, 'X-Request-Id', requestId, 'Set-Cookie', clearSession()]).end()
    return null
  }
}

/**
 * Where a browser is sent whose person must sign in: there, and then back.
 * @param stepUp what a session that there is must show besides
 */
export function signInRedirect(response: ServerResponse, head: RequestHead, requestId: string, stepUp?: StepUp): void {
  const back = returnPath(head.target.raw, originOf(head))
  const more = stepUp === undefined ? '' : `&${queryOf(stepUp).toString()}`
  redirect(response, requestId, `${SIGN_IN_PATH}?return=${encodeURIComponent(back)}${more}`, [], 302)
}

const common = ['Cache-Control', 'no-store', 'Referrer-Policy', 'no-referrer', 'X-Content-Type-Options', 'nosniff']

function redirect(
  response: ServerResponse,
  requestId: string,
  location: string,
  cookies: readonly string[],
  status = 303,
): void {
  const fields = [...common, 'X-Request-Id', requestId, 'Location', location, 'Content-Length', '0']
  for (const cookie of cookies) fields.push('Set-Cookie', cookie)
  response.writeHead(status, fields).end()
}

const originOf = ({ scheme, host }: RequestHead): string => `${scheme}://${host}`

/** The parameter when it is there exactly once. */
function only(query: URLSearchParams, name: string): string | null {
  const values = query.getAll(name)
  return values.length === 1 ? (values[0] ?? null) : null
}

const wrongMethod = (allowed: string): Refusal =>
  refusal('method_refused', `Use ${allowed}.`, ['Allow', allowed === 'GET' ? 'GET, HEAD' : allowed])
