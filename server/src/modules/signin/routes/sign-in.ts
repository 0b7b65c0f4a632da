import { z } from 'zod'
import { perAddress } from '../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../platform/http/route.ts'
import { type Accepted, ok, refuse } from '../../../platform/outcome.ts'
import type { Read } from '../../../platform/work.ts'
import { signinErrors } from '../errors.ts'
import { issueCode } from '../handoff/issue.ts'
import { handoffOfReturn, handoffOrigin, handoffPath, handoffReturn, readHandoff } from '../handoff/target.ts'
import { problemOf } from '../pages/layout.ts'
import { refusedPage } from '../pages/setup-page.ts'
import { type SignInPage, signInPage } from '../pages/sign-in-page.ts'
import { home, returnPath } from '../return-path.ts'
import { endTree } from '../sessions/end.ts'
import { noCookie, sessionCookie } from '../sessions/lifetime.ts'
import { type SignInDeps, signIn } from '../sign-in.ts'

const nobodyYet = 'nobody is signed in yet'
const text = z.string().optional()

export const signInRoutes = (deps: SignInDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/sign-in',
    summary: 'The page to sign in at',
    permission: { public: nobodyYet },
    input: { query: z.object({ return: text }) },
    output: 'page',
    reads: true,
    limit: perAddress(12_000, 'minute'),
    async handler({ query, caller, read }) {
      const returnTo = returnPath(query.return)
      if (caller?.session != null) return ok<Page>({ redirect: returnTo })
      const unset = !(await read((tx) => deps.directory.hasOperator(tx)))
      return signInPage({ ...(await aboutReturn(deps, read, returnTo)), unset, email: '' })
    },
  }),

  defineRoute({
    method: 'POST',
    path: '/sign-in',
    summary: 'Sign in with e-mail address and password',
    permission: { public: nobodyYet },
    input: { form: z.object({ email: z.string().default(''), password: z.string().default(''), return: text }) },
    output: 'page',
    event: 'session.started',
    limit: perAddress(12_000, 'minute'),
    bodyLimit: 16 * 1024,
    async handler({ form, work, read, source, now, caller }) {
      const returnTo = returnPath(form.return)
      // Before the work is opened, which holds a connection until the answer is ready: two for one request could wait for
      // each other when all are taken.
      const about = await aboutReturn(deps, read, returnTo)
      const result = await signIn({ work, read, source, now, caller }, deps, form)
      if (result.ok) return ok<Page>({ redirect: returnTo }, { cookies: [sessionCookie(result.session.token)] })
      const problem = problemOf(result, result.eventId, 'password')
      const reply = { ...result.reply, status: result.error.status }
      return signInPage({ ...about, unset: false, email: form.email.slice(0, 254), problem }, reply)
    },
  }),

  defineRoute({
    method: 'GET',
    path: handoffPath,
    summary: 'Hand a sign-in on to a guarded host, with a one-time code',
    permission: { public: 'whoever is not signed in is sent to sign in first' },
    input: { query: z.object({ application: text, redirect_uri: text, state: text, challenge: text }) },
    output: 'page',
    event: 'handoff.issued',
    limit: perAddress(12_000, 'minute'),
    async handler({ query, caller, work, read, now }): Promise<Accepted<Page>> {
      const request = readHandoff(query)
      const target = request && (await targetOf(deps, read, request))
      if (request === undefined || target === undefined) {
        const refused = refuse(signinErrors.handoff_invalid)
        let eventId = ''
        await work(async (tx) => {
          eventId = await tx.record({ kind: 'handoff.refused', outcome: 'refused', reason: refused.error.code })
          return refused
        })
        const { title, status } = refused.error
        return refusedPage(title, problemOf(refused, eventId, null), { status })
      }
      if (caller?.session == null) {
        const back = new URLSearchParams({ return: handoffReturn(request) }).toString()
        return ok({ redirect: `/sign-in?${back}` })
      }
      const issued = await issueCode(work, deps.random, caller.session.id, request, now)
      if (!issued.ok) throw new Error('a code is always issued')
      return issued
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
    async handler({ caller, work, now }): Promise<Accepted<Page>> {
      const session = caller?.session?.id
      if (session !== undefined) {
        await work(async (tx) => {
          const ended = await endTree(tx, session, { kind: 'session.ended', reason: 'signed_out', now })
          if (ended === 0) await tx.record({ kind: 'session.ended', outcome: 'refused', reason: 'session_ended' })
          return ok(null)
        })
      }
      return ok({ redirect: '/sign-in' }, { cookies: [noCookie] })
    },
  }),
]

/** What the page says of where the person will go. */
async function aboutReturn(
  deps: SignInDeps,
  read: Read,
  returnTo: string,
): Promise<Pick<SignInPage, 'returnTo' | 'application'>> {
  const request = handoffOfReturn(returnTo)
  const application = request && (await targetOf(deps, read, request))
  return { returnTo: request !== undefined && application === undefined ? home : returnTo, application }
}

/** @returns the application and the origin to go back to, when the hand-off is to one of its hosts */
async function targetOf(
  deps: SignInDeps,
  read: Read,
  { application: slug, redirectUri }: { readonly application: string; readonly redirectUri: string },
): Promise<{ readonly name: string; readonly origin: string } | undefined> {
  const application = await read((tx) => deps.applications.find(tx, slug))
  if (application === null) return undefined
  const origin = handoffOrigin(application, redirectUri, deps.installation.publicUrl)
  return origin === undefined ? undefined : { name: application.name, origin }
}
