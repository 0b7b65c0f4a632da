import { createHash, randomBytes } from 'node:crypto'
import { SESSION_COOKIE } from '@holdfast/bundle'
import { flowCookiePrefix } from '@holdfast/sdk/edge/guard'

/**
 * One sign-in under way. It lives in a cookie of its own whose name comes from the state, so several tabs can sign in at
 * once; the state in the callback must find this cookie, so nobody can be made to finish a sign-in that another browser
 * began (RFC 9700 section 4.7). The value is not signed: whoever can write a `__Host-` cookie of this host can write the
 * session cookie itself, and the return path is checked again when it is used.
 */
export interface Flow {
  /** 32 random bytes, base64url. */
  readonly state: string
  /** PKCE verifier (RFC 7636 section 4.1). */
  readonly verifier: string
  /** Where the browser goes afterwards: a path that `returnPath` made. */
  readonly returnTo: string
  /** Seconds since 1970. */
  readonly startedAt: number
}

const lifetimeSeconds = 600
/** More tabs than that forget the oldest sign-in. */
const mostFlows = 5
const secret = (): string => randomBytes(32).toString('base64url')

export function newFlow(returnTo: string, now: number): Flow {
  return { state: secret(), verifier: secret(), returnTo, startedAt: Math.floor(now / 1000) }
}

/** `code_challenge` of the method S256 (RFC 7636 section 4.2). */
export const challenge = ({ verifier }: Flow): string => createHash('sha256').update(verifier).digest('base64url')

/** The name that belongs to a state: its hash, since what stands in a URL may be anything. */
const flowName = (state: string): string => createHash('sha256').update(state).digest('base64url').slice(0, 22)

/**
 * Set-Cookie values that remember a new flow and forget those beyond the bound.
 * @param flows the cookies that the browser sent
 */
export function rememberFlow(flow: Flow, flows: ReadonlyMap<string, string>): string[] {
  const value = [flow.startedAt.toString(36), flow.verifier, Buffer.from(flow.returnTo).toString('base64url')].join('.')
  const oldest = [...flows]
    .map(([name, value]) => ({ name, startedAt: Number.parseInt(value.split('.', 1)[0] ?? '', 36) || 0 }))
    .toSorted((a, b) => b.startedAt - a.startedAt)
    .slice(mostFlows - 1)
  return [
    setCookie(flowCookiePrefix + flowName(flow.state), value, lifetimeSeconds),
    ...oldest.map(({ name }) => clearCookie(flowCookiePrefix + name)),
  ]
}

/** The flow that this browser began with this state, or null; also null when it is too old. */
export function recallFlow(state: string, flows: ReadonlyMap<string, string>, now: number): Flow | null {
  const [started = '', verifier = '', encoded = ''] = flows.get(flowName(state))?.split('.') ?? []
  const startedAt = Number.parseInt(started, 36)
  if (!/^[A-Za-z0-9_-]{43}$/.test(verifier) || !(startedAt + lifetimeSeconds > now / 1000)) return null
  return { state, verifier, startedAt, returnTo: Buffer.from(encoded, 'base64url').toString() }
}

export const forgetFlow = (state: string): string => clearCookie(flowCookiePrefix + flowName(state))

/** @param expiresAt seconds since 1970 */
export const sessionCookie = (session: string, expiresAt: number, now: number): string =>
  setCookie(SESSION_COOKIE, session, Math.max(1, Math.floor(expiresAt - now / 1000)))

export const clearSession = (): string => clearCookie(SESSION_COOKIE)

const setCookie = (name: string, value: string, seconds: number): string =>
  `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${seconds}`

const clearCookie = (name: string): string => `${name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0`
