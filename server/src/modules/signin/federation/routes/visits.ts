import { z } from 'zod'
import { perAddress } from '../../../../platform/http/limit.ts'
import { defineRoute, type Page, type Route } from '../../../../platform/http/route.ts'
import { type Accepted, ok, type Refused, refuse } from '../../../../platform/outcome.ts'
import { fieldsOf, pathOf, readTarget, targetFields } from '../../flow/target.ts'
import { readInvitation } from '../../invitations/complete.ts'
import { invitationErrors } from '../../invitations/errors.ts'
import { problemOf } from '../../pages/layout.ts'
import { returnPath } from '../../return-path.ts'
import { browserSession } from '../../sessions/browser.ts'
import { beginVisit } from '../begin-visit.ts'
import type { FederationTools } from '../deps.ts'
import { federationErrors } from '../errors.ts'
import { finishVisit } from '../finish-visit.ts'
import { clearOffer, offerOf } from '../journey.ts'
import { acceptOffer, provesForOffer, showOffer } from '../offer-to-link.ts'
import { connectPage, leavingPage, offerPage, upstreamRefusedPage } from '../pages.ts'

const nobodyYet = 'nobody is signed in yet'
/** Seconds for which a sign-in is new enough to connect another account to one's own. */
const freshSeconds = 900

export const visitRoutes = (deps: FederationTools): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/sign-in/with/:connection',
    summary: 'Go to an upstream provider to sign in there',
    permission: { public: nobodyYet },
    input: { query: z.object({ ...targetFields, invitation: z.string().optional() }) },
    output: 'page',
    event: 'upstream.begun',
    limit: perAddress(600, 'minute'),
    async handler({ params, query, read, work, now, request }): Promise<Accepted<Page>> {
      const target = readTarget(query, now)
      const { invitation: token } = query
      const open = token === undefined ? null : await readInvitation(read, deps, token, now)
      if (token !== undefined && open === null) return refusedPage(refuse(invitationErrors.invitation_invalid))
      const begun = await beginVisit({ read, work, now }, deps, {
        connection: params.connection,
        purpose: open === null ? { kind: 'sign-in' } : { kind: 'invitation', invitation: open.row.id },
        origin: deps.places.originAt(request.headers),
        returnTo: new URLSearchParams(fieldsOf(target)).toString(),
        hint: target.hint === '' ? undefined : target.hint,
        anew: target.since !== null,
      })
      if (!begun.ok) return refusedPage(begun, begun.eventId)
      return ok({ redirect: begun.value.url }, { cookies: [begun.value.cookie] })
    },
  }),

  defineRoute({
    method: 'POST',
    path: '/sign-in/link/:connection',
    summary: 'Connect an account elsewhere to the own one: from a page of this origin, shortly after a sign-in',
    permission: { public: 'whoever is not signed in, or not lately, is sent to sign in first' },
    input: { form: z.object({ return: z.string().optional() }) },
    output: 'page',
    event: 'upstream.begun',
    limit: perAddress(60, 'minute'),
    bodyLimit: 16 * 1024,
    async handler({ params, form, read, work, now, request, tenant }): Promise<Accepted<Page>> {
      const returnTo = returnPath(form.return)
      const current = await browserSession(deps, request.headers, now, tenant)
      const fresh = current !== null && now.getTime() - current.authenticatedAt.getTime() <= freshSeconds * 1000
      if (current === null || current.pending || !fresh) {
        const since = current === null ? null : new Date(now.getTime() - freshSeconds * 1000)
        return ok({ redirect: pathOf('/sign-in', { returnTo, acr: null, since, hint: '' }) })
      }
      const begun = await beginVisit({ read, work, now }, deps, {
        connection: params.connection,
        purpose: { kind: 'link', session: current.id },
        origin: deps.places.originAt(request.headers),
        returnTo: new URLSearchParams({ return: returnTo }).toString(),
        // Browsers stay signed in at providers: without being asked, the wrong account would be connected.
        anew: true,
      })
      if (!begun.ok) return refusedPage(begun, begun.eventId)
      const { name, url, cookie } = begun.value
      return leavingPage(name, url, { cookies: [cookie] })
    },
  }),

  defineRoute({
    method: 'GET',
    path: '/sign-in/callback/:connection',
    summary: 'Come back from an upstream provider',
    permission: { public: nobodyYet },
    output: 'page',
    event: 'session.started',
    limit: perAddress(600, 'minute'),
    async handler({ params, read, work, source, now, request, tenant }): Promise<Accepted<Page>> {
      const current = await browserSession(deps, request.headers, now, tenant)
      const { headers, requestId, url } = request
      const returning = { read, work, source, now, headers, requestId, tenant, current }
      const finished = await finishVisit(returning, deps, params.connection, url.searchParams)
      if (!finished.ok) return refusedPage(finished.refused, finished.eventId, finished.cookies)
      return ok({ redirect: finished.landing.to }, { cookies: finished.landing.cookies })
    },
  }),

  defineRoute({
    method: 'GET',
    path: '/sign-in/connect',
    summary: 'The page to connect an account elsewhere at, after signing in as usual',
    permission: { public: nobodyYet },
    output: 'page',
    reads: true,
    limit: perAddress(600, 'minute'),
    async handler({ read, now, request, tenant }): Promise<Accepted<Page>> {
      const current = await browserSession(deps, request.headers, now, tenant)
      const offer = await showOffer(read, deps, offerOf(request.headers), now)
      if (offer === null) return refusedPage(refuse(federationErrors.upstream_offer_invalid))
      if (current === null || !provesForOffer(current, offer)) {
        // What was shown before the account was offered proves nothing about it.
        const target = { returnTo: '/sign-in/connect', acr: null, since: offer.createdAt, hint: '' }
        return offerPage(offer, pathOf('/sign-in', target))
      }
      const person = await read((tx) => deps.directory.person(tx, current.person))
      return connectPage(offer, { name: person?.name ?? '', email: person?.email ?? '' })
    },
  }),

  defineRoute({
    method: 'POST',
    path: '/sign-in/connect',
    summary: 'Connect an account elsewhere to the account that was just signed in to',
    permission: { public: nobodyYet },
    output: 'page',
    event: 'identity.linked',
    limit: perAddress(60, 'minute'),
    async handler({ work, now, request, tenant }): Promise<Accepted<Page>> {
      const current = await browserSession(deps, request.headers, now, tenant)
      const accepted = await acceptOffer({ work, current, now }, deps, offerOf(request.headers))
      if (!accepted.ok) return refusedPage(accepted, accepted.eventId)
      return ok({ redirect: accepted.value }, { cookies: [clearOffer] })
    },
  }),
]

function refusedPage(refused: Refused, eventId?: string, cookies: readonly string[] = []): Accepted<Page> {
  const { title, status } = refused.error
  return upstreamRefusedPage(title, problemOf(refused, eventId, null), { status, cookies })
}
