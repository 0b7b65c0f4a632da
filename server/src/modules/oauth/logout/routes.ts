import { z } from 'zod'
import { perAddress } from '../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../platform/http/route.ts'
import { type Outcome, ok, type Reply } from '../../../platform/outcome.ts'
import type { Work } from '../../../platform/work.ts'
import { noCookie } from '../../signin/index.ts'
import type { FlushDeps } from '../provider/flush.ts'
import type { BrowserSession } from '../types.ts'
import { askPage, confirmPath, outPage, problemPage, stayPage } from './pages.ts'
import { LogoutRequest, type Understood, understand } from './request.ts'

const path = '/oauth/end-session'
const limit = perAddress(600, 'minute')

/** OpenID Connect RP-Initiated Logout 1.0. */
export const logoutRoutes = (deps: FlushDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path,
    summary: 'A client sends a person here to sign them out (OpenID Connect RP-Initiated Logout 1.0)',
    permission: { public: 'the page reads the sign-in of the browser itself' },
    input: { query: LogoutRequest },
    output: 'page',
    event: 'session.ended',
    limit,
    async handler({ query, work, read, request, tenant }): Promise<Outcome<Page>> {
      const understood = await understand(deps, query)
      if ('problem' in understood) {
        await work(async (tx) => {
          await tx.record({
            kind: 'logout.refused',
            outcome: 'refused',
            reason: 'request_invalid',
            data: { ...understood },
          })
          return ok(null)
        })
        return problemPage(understood.problem)
      }
      const session = await deps.sessions.browserSession(request.headers, tenant)
      if (session === null) return leave(understood, {})
      if (isHis(understood, session)) return end(deps, work, session, understood)
      const person = await read((tx) => deps.directory.principal(tx, { type: 'Person', id: session.person }))
      return askPage(query, person?.email ?? person?.name ?? '', understood.client?.name, understood.back)
    },
  }),
  defineRoute({
    method: 'POST',
    path,
    summary: 'The same, as a form of the client: goes on by GET, to which browsers send the session',
    permission: {
      public: 'the page reads the sign-in of the browser itself',
      crossSite: 'the form is the client’s (section 2); it is only turned into a question to the person',
    },
    input: { form: LogoutRequest },
    output: 'page',
    reads: true,
    limit,
    handler({ form }): Outcome<Page> {
      const query = Object.entries(form).filter((pair): pair is [string, string] => pair[1] !== undefined)
      return ok({ redirect: `${path}?${new URLSearchParams(query).toString()}` })
    },
  }),
  defineRoute({
    method: 'POST',
    path: confirmPath,
    summary: 'The person’s answer to whether they want to sign out',
    permission: { public: 'the page reads the sign-in of the browser itself' },
    input: { form: LogoutRequest.extend({ decision: z.enum(['sign-out', 'stay']) }) },
    output: 'page',
    event: 'session.ended',
    limit,
    async handler({ form, work, request, tenant }): Promise<Outcome<Page>> {
      const { decision, ...asked } = form
      if (decision === 'stay') return stayPage()
      const understood = await understand(deps, asked)
      if ('problem' in understood) return problemPage(understood.problem)
      const session = await deps.sessions.browserSession(request.headers, tenant)
      return session === null ? leave(understood, {}) : end(deps, work, session, understood)
    },
  }),
]

/** The hint is of this very sign-in; one of another sign-in of the same person says nothing of this one. */
function isHis({ hint }: Understood, session: BrowserSession): boolean {
  return hint !== undefined && hint.sub === session.person && (hint.sid === undefined || hint.sid === session.id)
}

async function end(
  deps: FlushDeps,
  work: Work,
  session: BrowserSession,
  understood: Understood,
): Promise<Outcome<Page>> {
  const ended = await work(async (tx) => {
    const count = await deps.sessions.signOut(tx, session.id, 'signed_out')
    if (count === 0) await tx.record({ kind: 'session.ended', outcome: 'refused', reason: 'session_ended' })
    return ok(null)
  })
  return ended.ok ? leave(understood, { cookies: [noCookie] }) : ended
}

function leave({ back }: Understood, reply: Reply): Outcome<Page> {
  return back === undefined ? outPage(reply) : ok({ redirect: back }, reply)
}
