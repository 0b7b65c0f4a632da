import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Session-bound double submit (OWASP CSRF prevention cheat sheet, "signed double-submit cookie"): a token that only who knows the session
 * can make, in a cookie that the page reads and sends back in a header. The session's own secret is the key, so every replica verifies,
 * nothing is stored, and a token ends with its session: `<period>.<nonce>.<mac>`.
 */
export interface TokenPlace {
  /** The session's secret; at least 128 random bits. */
  readonly secret: string
  /** Of this host only: `shop.example:8443`. */
  readonly host: string
}

/** A new token each hour; the one before is still good. */
export const CSRF_PERIOD_MS = 3_600_000

const nonceBytes = 12

/** @param nonce 12 random bytes @param now milliseconds since 1970 */
export function issueCsrfToken(place: TokenPlace, nonce: Uint8Array, now: number): string {
  if (nonce.length !== nonceBytes) throw new RangeError(`A nonce has ${nonceBytes} bytes.`)
  const body = `${periodOf(now)}.${Buffer.from(nonce).toString('base64url')}`
  return `${body}.${macOf(place, body).toString('base64url')}`
}

export type CsrfTokenState =
  | 'good'
  /** Good, and due to be replaced. */
  | 'aging'
  | 'bad'

/** Takes as long for a wrong one as for a right one. */
export function csrfTokenState(place: TokenPlace, token: string, now: number): CsrfTokenState {
  const match = /^(\d{1,9}\.[A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{43})$/.exec(token)
  if (match === null) return 'bad'
  const [, body = '', mac = ''] = match
  if (!timingSafeEqual(macOf(place, body), Buffer.from(mac, 'base64url'))) return 'bad'
  const age = periodOf(now) - Number.parseInt(body, 10)
  return age === 0 ? 'good' : age === 1 || age === -1 ? 'aging' : 'bad'
}

/** What was sent back must be what the cookie holds, and hold for the session. */
export function holdsCsrfToken(place: TokenPlace, cookie: string | null, sent: string | null, now: number): boolean {
  if (cookie === null || sent === null || cookie.length !== sent.length) return false
  const same = timingSafeEqual(Buffer.from(cookie, 'latin1'), Buffer.from(sent, 'latin1'))
  return csrfTokenState(place, sent, now) !== 'bad' && same
}

const periodOf = (now: number): number => Math.floor(now / CSRF_PERIOD_MS)

const macOf = ({ secret, host }: TokenPlace, body: string): Buffer =>
  createHmac('sha256', secret).update(`holdfast csrf v1\n${host}\n${body}`).digest()
