import { z } from 'zod'
import type { AssuranceDemand } from '../../../platform/assurance.ts'
import { isEnough } from '../../../platform/assurance.ts'
import { perAddress } from '../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../platform/http/route.ts'
import { type Accepted, ok, refuse } from '../../../platform/outcome.ts'
import type { CallerSession } from '../../../platform/ports.ts'
import type { Read } from '../../../platform/work.ts'
import { signinErrors } from '../errors.ts'
import { problemOf } from '../pages/layout.ts'
import { refusedPage } from '../pages/setup-page.ts'
import type { Lifetime } from '../sessions/lifetime.ts'
import { limitsAt } from '../sessions/start.ts'
import { lapsedAt } from '../store/limits.ts'
import type { SigninDeps } from '../types.ts'
import { issueCode } from './issue.ts'
import { type HandoffRequest, handoffOrigin, handoffPath, handoffReturn, readHandoff } from './target.ts'

const text = z.string().optional()

type Deps = SigninDeps & { readonly lifetime: Lifetime }

/** Who has just signed in has signed in recently enough for everybody: else the way back would lead to the form for ever. */
const justNow = 60

export const handoffRoutes = (deps: Deps): Route[] => [
  defineRoute({
    method: 'GET',
    path: handoffPath,
    summary: 'Hand a sign-in on to a guarded host, with a one-time code',
    permission: { public: 'whoever is not signed in is sent to sign in first' },
    input: {
      query: z.object({
        application: text,
        redirect_uri: text,
        state: text,
        challenge: text,
        acr: text,
        max_age: text,
      }),
    },
    output: 'page',
    event: 'handoff.issued',
    limit: perAddress(12_000, 'minute'),
    async handler({ query, caller, work, read, now }): Promise<Accepted<Page>> {
      const request = readHandoff(query)
      const target = request && (await handoffTarget(deps, read, request))
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
      const session = caller?.session ?? null
      if (session === null) return ok({ redirect: signInPath('/sign-in', request, request) })
      const lack = await lackFor(deps, read, { session, request, now })
      if (lack !== null) return ok({ redirect: signInPath('/sign-in/verify', request, lack) })
      const issued = await issueCode(work, deps.random, session.id, request, now)
      if (!issued.ok) throw new Error('a code is always issued')
      return issued
    },
  }),
]

/**
 * What the sign-in has to show before it is handed on: what the host asked for, and what the limits of the application say.
 * @returns null when it shows enough
 */
async function lackFor(
  deps: Deps,
  read: Read,
  { session, request, now }: { readonly session: CallerSession; readonly request: HandoffRequest; readonly now: Date },
): Promise<AssuranceDemand | null> {
  const { acr, maxAge } = request
  const asked = {
    ...(acr !== undefined && { acr }),
    ...(maxAge !== undefined && { maxAge: Math.max(maxAge, justNow) }),
  }
  if (!isEnough(session, asked, now)) return request
  const { limits, lapsed } = await read(async (tx) => ({
    limits: await limitsAt(tx, deps, request.application),
    lapsed: await lapsedAt(tx, session.id, request.application, now),
  }))
  const unused = lapsed !== null && lapsed >= session.authenticatedAt
  const old = !isEnough(session, { maxAge: limits.absoluteSeconds }, now)
  return unused || old ? { maxAge: 0 } : null
}

function signInPath(
  step: '/sign-in' | '/sign-in/verify',
  request: HandoffRequest,
  { acr, maxAge }: AssuranceDemand,
): string {
  const query = new URLSearchParams({ return: handoffReturn(request) })
  if (acr !== undefined) query.set('acr', acr)
  if (maxAge !== undefined) query.set('max_age', String(maxAge))
  return `${step}?${query.toString()}`
}

/** @returns the application and the origin to go back to, when the hand-off is to one of its hosts */
export async function handoffTarget(
  deps: Pick<SigninDeps, 'applications' | 'installation'>,
  read: Read,
  { application: slug, redirectUri }: { readonly application: string; readonly redirectUri: string },
): Promise<{ readonly name: string; readonly origin: string } | undefined> {
  const application = await read((tx) => deps.applications.find(tx, slug))
  if (application === null) return undefined
  const origin = handoffOrigin(application, redirectUri, deps.installation.publicUrl)
  return origin === undefined ? undefined : { name: application.name, origin }
}
