import { z } from 'zod'
import { perAddress } from '../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../platform/http/route.ts'
import { type Accepted, ok, refuse } from '../../../platform/outcome.ts'
import { browserSecret, keepBrowserSecret } from '../flow/browser-secret.ts'
import { showPasskey } from '../flow/show-passkey.ts'
import { targetFields } from '../flow/target.ts'
import { mfaErrors } from '../mfa/errors.ts'
import { issueChallenge } from '../mfa/passkeys/challenge.ts'
import { requestOptions } from '../mfa/passkeys/options.ts'
import { RequestOptions } from '../mfa/passkeys/shapes.ts'
import { passkeysOf } from '../mfa/passkeys/store.ts'
import { problemOf } from '../pages/layout.ts'
import { signInPage } from '../pages/sign-in-page.ts'
import { browserSession } from '../sessions/browser.ts'
import type { SignInDeps } from '../sign-in.ts'
import { arrive, TargetForm } from './common.ts'
import { viewOf } from './sign-in.ts'

export const passkeyRoutes = (deps: SignInDeps): Route[] => [
  defineRoute({
    method: 'POST',
    path: '/sign-in/passkey/options',
    summary: 'A challenge for a passkey (PublicKeyCredentialRequestOptionsJSON), for this browser and five minutes',
    permission: { public: 'nobody is signed in yet' },
    // With the target: it may say whose sign-in this is.
    input: { body: z.object({ ...targetFields, step: z.enum(['sign-in', 'verify']).default('sign-in') }) },
    output: RequestOptions,
    reads: true,
    limit: perAddress(12_000, 'minute'),
    async handler({ body, read, request, now, tenant }) {
      const { relyingParty } = deps
      if (relyingParty === undefined) return refuse(mfaErrors.passkeys_unavailable)
      const { secret, cookie } = keepBrowserSecret(request.headers, deps.random)
      const current = body.step === 'verify' ? await browserSession(deps, request.headers, now, tenant) : null
      const { challenge, among } = await read(async (tx) => ({
        challenge: await issueChallenge(tx, deps, { kind: 'authenticate', boundTo: secret }, now),
        // Whose they are is known only where the person is: nobody learns from here who has a passkey.
        among: current === null ? [] : await passkeysOf(tx, current.person),
      }))
      const usable = among.filter(({ clonedAt }) => clonedAt === null)
      return ok(requestOptions(relyingParty, challenge, usable), { cookies: [cookie] })
    },
  }),

  defineRoute({
    method: 'POST',
    path: '/sign-in/passkey',
    summary: 'Sign in, or prove oneself further, with a passkey (AuthenticationResponseJSON in `credential`)',
    permission: { public: 'nobody is signed in yet' },
    input: { form: TargetForm.extend({ credential: z.string().default('') }) },
    output: 'page',
    event: 'session.started',
    limit: perAddress(12_000, 'minute'),
    async handler({ form, work, read, source, now, request, tenant }): Promise<Accepted<Page>> {
      const arrived = await arrive(deps, { read, request, now, tenant }, form)
      const { current, target, policy } = arrived
      const sent = { boundTo: browserSecret(request.headers), sent: form.credential }
      const result = await showPasskey({ work, read, source, now, current, target, policy }, deps, sent)
      if (result.ok) return ok({ redirect: result.value.to }, { cookies: [result.value.cookie] })
      const problem = problemOf(result, result.eventId, null)
      const reply = { ...result.reply, status: result.error.status }
      return signInPage({ ...viewOf(deps, arrived), unset: false, username: '', problem }, reply)
    },
  }),
]
