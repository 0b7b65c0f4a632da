import { createHmac } from 'node:crypto'
import { hashSecret, type Random } from '../../../platform/random.ts'

/*
 * What binds a visit to the browser that set out: a cookie of its own for each visit, so that parallel tabs do not disturb
 * each other. PKCE verifier and nonce are derived of it and stored nowhere: who has the database has neither.
 */

export interface Secrets {
  /** goes through the provider and back */
  readonly state: string
  /** stays in the browser */
  readonly browser: string
}

export function newSecrets(random: Random): Secrets {
  const secret = () => Buffer.from(random.bytes(32)).toString('base64url')
  return { state: secret(), browser: secret() }
}

const shape = /^[A-Za-z0-9_-]{43}$/

export function isVisitSecret(text: string | null | undefined): text is string {
  return typeof text === 'string' && shape.test(text)
}

/** RFC 7636, section 4.1; OpenID Connect Core, section 15.5.2: a nonce that is bound to the browser. */
export function derived(browser: string, of: 'verifier' | 'nonce'): string {
  return createHmac('sha256', browser).update(`holdfast upstream ${of}`).digest('base64url')
}

export const visitSeconds = 600
export const offerSeconds = 900

/** `Lax`: the provider sends the browser back from another site. */
const cookieOf = (name: string, value: string, seconds: number) =>
  `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=${seconds}`

const visitCookie = (state: string) => `__Host-holdfast-visit-${hashSecret(state).toString('hex').slice(0, 16)}`

export function setVisit({ state, browser }: Secrets): string {
  return cookieOf(visitCookie(state), browser, visitSeconds)
}

export function clearVisit(state: string): string {
  return cookieOf(visitCookie(state), '', 0)
}

/** @returns the browser's secret of this visit */
export function visitOf(headers: Headers, state: string): string | undefined {
  return cookieIn(headers, visitCookie(state))
}

const offerCookie = '__Host-holdfast-offer'

export const setOffer = (secret: string): string => cookieOf(offerCookie, secret, offerSeconds)
export const clearOffer: string = cookieOf(offerCookie, '', 0)

export function offerOf(headers: Headers): string | undefined {
  return cookieIn(headers, offerCookie)
}

/** A name that comes twice is nobody's: one of them was planted. */
function cookieIn(headers: Headers, name: string): string | undefined {
  const values = (headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  const [only] = values
  return values.length === 1 && isVisitSecret(only) ? only : undefined
}
