import { z } from 'zod'
import { perAddress } from '../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../platform/http/route.ts'
import { type Accepted, ok } from '../../../platform/outcome.ts'
import type { Work } from '../../../platform/work.ts'
import { connectionsFor } from '../federation/offers.ts'
import { goOn } from '../flow/establish.ts'
import { problemOf } from '../pages/layout.ts'
import { type SignInPage, signInPage } from '../pages/sign-in-page.ts'
import { browserSession } from '../sessions/browser.ts'
import { endTree } from '../sessions/end.ts'
import { noCookie } from '../sessions/lifetime.ts'
import { type SignInDeps, signIn } from '../sign-in.ts'
import { type Arrived, arrive, TargetForm, TargetQuery } from './common.ts'

const nobodyYet = 'nobody is signed in yet'

export const signInRoutes = (deps: SignInDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/sign-in',
    summary: 'The page to sign in at',
    permission: { public: nobodyYet },
    input: { query: TargetQuery },
    output: 'page',
    reads: true,
    limit: perAddress(12_000, 'minute'),
    async handler({ query, read, request, now, tenant }) {
      const arrived = await arrive(deps, { read, request, now, tenant }, query)
      const { current, target } = arrived
      if (current !== null) {
        const to = await read((tx) => goOn(tx, deps, current, target))
        // What was shown before does not count: the form, for the same person or for another.
        if (!to.startsWith('/sign-in?') && to !== '/sign-in') return ok<Page>({ redirect: to })
      }
      const { unset, known } = await read(async (tx) => ({
        unset: !(await deps.directory.hasOperator(tx)),
        known: current === null ? null : await deps.directory.person(tx, current.person),
      }))
      const username = target.hint || (known?.email ?? '')
      const connections = await connectionsFor(read, target, username)
      return signInPage({ ...viewOf(deps, arrived), connections, unset, username })
    },
  }),

  defineRoute({
    method: 'POST',
    path: '/sign-in',
    summary: 'Sign in with e-mail address and password',
    permission: { public: nobodyYet },
    input: { form: TargetForm.extend({ username: z.string().default(''), password: z.string().default('') }) },
    output: 'page',
    event: 'session.started',
    limit: perAddress(12_000, 'minute'),
    bodyLimit: 16 * 1024,
    async handler({ form, work, read, source, now, request, tenant }): Promise<Accepted<Page>> {
      const arrived = await arrive(deps, { read, request, now, tenant }, form)
      const { current, target, policy } = arrived
      const username = form.username.slice(0, 254)
      let connections: SignInPage['connections'] = []
      // For the page that a refusal is: read with it, and the same for everybody.
      const refusing: Work = (run) =>
        work(async (tx) => {
          const outcome = await run(tx)
          if (!outcome.ok) connections = await connectionsFor((read) => read(tx), target, username)
          return outcome
        })
      const context = { work: refusing, tenant, source, now, current, target, policy }
      const result = await signIn(context, deps, form)
      if (result.ok) return ok({ redirect: result.value.to }, { cookies: [result.value.cookie] })
      const problem = problemOf(result, result.eventId, 'password')
      const reply = { ...result.reply, status: result.error.status }
      return signInPage({ ...viewOf(deps, arrived), connections, unset: false, username, problem }, reply)
    },
  }),

  defineRoute({
    method: 'POST',
    path: '/sign-out',
    summary: 'End the sign-in, with the sessions at every guarded host',
    permission: { public: 'whoever is not signed in any more wants to get rid of the cookie all the same' },
    output: 'page',
    event: 'session.ended',
    limit: perAddress(12_000, 'minute'),
    async handler({ work, now, request, tenant }): Promise<Accepted<Page>> {
      const current = await browserSession(deps, request.headers, now, tenant)
      if (current !== null) {
        await work(async (tx) => {
          const ended = await endTree(tx, deps, current.id, { kind: 'session.ended', reason: 'signed_out', now })
          if (ended === 0) await tx.record({ kind: 'session.ended', outcome: 'refused', reason: 'session_ended' })
          return ok(null)
        })
      }
      const slug = await deps.slugOf(tenant)
      return ok({ redirect: slug === null ? '/sign-in' : `/sign-in?tenant=${slug}` }, { cookies: [noCookie] })
    },
  }),
]

/** What the page shows whoever comes: the same for everybody, whatever they have enrolled. */
export function viewOf(
  { relyingParty }: SignInDeps,
  { target, destination, policy }: Arrived,
): Pick<SignInPage, 'target' | 'destination' | 'passkeys' | 'passwords' | 'connections'> {
  return { target, destination, passwords: policy.passwords, passkeys: relyingParty !== undefined, connections: [] }
}
