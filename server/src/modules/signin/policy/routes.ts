import { freshSignIn } from '../../../platform/assurance.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import { ableToSignIn } from '../store/ways-in.ts'
import type { SigninDeps } from '../types.ts'
import { policyErrors } from './errors.ts'
import { type OwnPolicy, PolicyAnswer, PolicyBody } from './shapes.ts'
import { selectPolicy, shortenSessions, writePolicy } from './store.ts'

const installation = () => ({ type: 'Installation', id: 'installation' })

/** How people sign in to the caller's tenant: never less than what the installation demands. */
export const policyRoutes = (deps: SigninDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/sign-in-policy',
    summary: 'How people sign in to the tenant: what it says itself, and what holds',
    permission: { action: 'viewSignInPolicy', resource: installation },
    output: PolicyAnswer,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read, tenant }) =>
      read(async (tx) => ok(answer(deps, PolicyBody.parse(await selectPolicy(tx, tenant))))),
  }),
  defineRoute({
    method: 'PUT',
    path: '/api/v1/sign-in-policy',
    summary: 'Be stricter about signing in to the tenant than the installation is; holds for live sessions, too',
    permission: { action: 'changeSignInPolicy', resource: installation },
    assurance: freshSignIn,
    input: { body: PolicyBody },
    output: PolicyAnswer,
    event: 'sign_in.policy_changed',
    limit: perPrincipal(60, 'minute'),
    handler: ({ body, work, now }) =>
      work(async (tx) => {
        if (!body.passwords && (await ableToSignIn(tx, await deps.directory.operators(tx), body)).size === 0) {
          return refuse(policyErrors.sign_in_locks_out)
        }
        await writePolicy(tx, body, now)
        const shown = answer(deps, body)
        await shortenSessions(tx, shown.effective.sessions)
        const data = { ...body, sessions: body.sessions === null ? null : { ...body.sessions } }
        await tx.record({ kind: 'sign_in.policy_changed', resource: installation(), data })
        return ok(shown)
      }),
  }),
]

function answer({ policies }: Pick<SigninDeps, 'policies'>, own: OwnPolicy) {
  const { limits, signUpDomains, ...rest } = policies.effective(own)
  const domains = signUpDomains === null ? null : [...signUpDomains]
  return { own, effective: { ...rest, sessions: { ...limits }, signUpDomains: domains } }
}
