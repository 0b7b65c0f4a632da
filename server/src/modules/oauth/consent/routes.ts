import { z } from 'zod'
import { perAddress } from '../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../platform/http/route.ts'
import { type Accepted, ok } from '../../../platform/outcome.ts'
import { html } from '../../../platform/http/html.ts'
import { authorizePath } from '../interactions/url.ts'
import { originsOf } from '../interactions/destination.ts'
import { document, pagePolicy } from '../pages/layout.ts'
import type { FlushDeps } from '../provider/flush.ts'
import { longestGrant } from '../tokens/lifetimes.ts'
import { decide } from './decide.ts'
import { consentErrors } from './errors.ts'
import { consentPage } from './page.ts'
import { waitingConsent } from './waiting.ts'

const publicBecause =
  'the request that waits is bound to its browser by a cookie of its own, and to the sign-in that it has'
const limit = perAddress(600, 'minute')

export type ConsentDeps = Pick<FlushDeps, 'sessions' | 'clients' | 'columns' | 'directory' | 'config'>

/** Where people agree to what a client asks for, or do not. Pages, without a script. */
export const consentRoutes = (deps: ConsentDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/oauth/consent/:uid',
    summary: 'Ask a person whether a client may have what it asks for',
    permission: { public: publicBecause },
    output: 'page',
    reads: true,
    limit,
    async handler({ params, read, request, now }): Promise<Accepted<Page>> {
      const waiting = await waitingConsent(deps, { read, headers: request.headers, uid: params.uid, now })
      if (waiting === undefined) return over()
      const person = await read((tx) => deps.directory.person(tx, waiting.session.person))
      const targets = ["'self'", ...originsOf(waiting.redirectUri)]
      // With `no-referrer` browsers would send `Origin: null` with the form, and it could not be told from another site's.
      const headers = { 'content-security-policy': pagePolicy(targets), 'referrer-policy': 'same-origin' }
      const days = Math.ceil(longestGrant(deps.config, waiting.client.lifetimes) / 86_400)
      return ok(consentPage(waiting, person?.email ?? '', days), { headers })
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/oauth/consent/:uid',
    summary: 'Agree to what a client asks for, or do not',
    permission: { public: publicBecause },
    input: { form: z.object({ decision: z.enum(['allow', 'deny']) }) },
    output: 'page',
    event: 'oauth.consent_given',
    limit,
    async handler({ params, form, read, work, request, now }): Promise<Accepted<Page>> {
      const waiting = await waitingConsent(deps, { read, headers: request.headers, uid: params.uid, now })
      if (waiting === undefined) return over()
      await decide(work, deps, waiting, { allow: form.decision === 'allow', now })
      return ok({ redirect: `${authorizePath}/${waiting.uid}` })
    },
  }),
]

function over(): Accepted<Page> {
  const { title, detail, help, status } = consentErrors.consent_over
  const body = html`<h1>${title}</h1><div class="problem" role="alert"><p>${detail}</p></div><p>${help}</p>
<p><a href="/">To the start page</a></p>`
  return ok(document(title, body), { status, headers: { 'content-security-policy': pagePolicy() } })
}
