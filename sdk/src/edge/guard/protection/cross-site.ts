import { randomBytes } from 'node:crypto'
import { CSRF_COOKIE } from '@holdfast/bundle'
import {
  csrfTokenState,
  defaultProtection,
  compileGuard,
  type Guard,
  holdsCsrfToken,
  isCsrfRefusal,
  issueCsrfToken,
} from '@holdfast/http-guard'
import { type Refusal, refusal } from '../refusal/catalogue.ts'
import type { Cookies } from '../request/cookies.ts'
import type { RequestHead } from '../request/head.ts'
import { provenanceOf, type Shown } from './provenance.ts'

export interface Judged<S extends Shown = Shown> {
  readonly head: RequestHead
  readonly cookies: Cookies
  readonly presented: S | null
  readonly ambient: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

const vary = ['Vary', 'Sec-Fetch-Site, Origin']
const forged = refusal('cross_site_request', 'A page of another site sent this request; nothing was changed.', vary)
const unproven = refusal(
  'cross_site_request',
  `Send the value of the cookie ${CSRF_COOKIE} in the header X-CSRF-Token; nothing was changed.`,
  vary,
)

/** @param mode of the route. @returns null when it passes */
export function judgeRequest({ csrf }: Guard, judged: Judged, mode: Guard['csrf']['mode'] = csrf.mode): Refusal | null {
  if (mode === 'off') return null
  const { head, cookies, presented, ambient, now } = judged
  const provenance = provenanceOf(head, ambient)
  const reason = csrf.judge(provenance)
  if (isCsrfRefusal(reason)) return { ...forged, cause: reason }
  if (!csrf.token || presented?.by !== 'cookie' || !csrf.demandsToken(provenance)) return null
  // A page cannot add a header to a WebSocket handshake; its Origin has been compared.
  if (head.upgrade) return null
  const place = { secret: presented.credential, host: head.host }
  return holdsCsrfToken(place, cookies.csrf, head.csrfToken, now) ? null : { ...unproven, cause: 'token' }
}

/** @returns the Set-Cookie that gives the page a token for its session, or null when it has a good one */
export function freshToken({ csrf }: Guard, { head, cookies, presented, now }: Judged): string | null {
  if (!csrf.token || presented?.by !== 'cookie') return null
  const place = { secret: presented.credential, host: head.host }
  if (cookies.csrf !== null && csrfTokenState(place, cookies.csrf, now) === 'good') return null
  const token = issueCsrfToken(place, randomBytes(12), now)
  // For scripts of this host to read, so not HttpOnly; it says nothing of the session's secret.
  return `${CSRF_COOKIE}=${token}; Path=/; Secure; SameSite=Strict`
}

const strict = compileGuard(defaultProtection)

/** For the gateway's own endpoints: whatever an application has set, nobody else's page signs a person out. */
export const isForeign = (head: RequestHead): boolean => isCsrfRefusal(strict.csrf.judge(provenanceOf(head, true)))
