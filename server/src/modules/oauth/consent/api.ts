import { z } from 'zod'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { type Outcome, ok, refuse } from '../../../platform/outcome.ts'
import type { Caller } from '../../../platform/ports.ts'
import type { Work } from '../../../platform/work.ts'
import { isId } from '../../directory/index.ts'
import { killGrants, type RevokeDeps } from '../revoke.ts'
import { removeConsent } from '../store/consents.ts'
import { ConnectedClient, connectedClients } from './connected.ts'
import { consentErrors } from './errors.ts'

const ConnectedClients = z.object({ items: z.array(ConnectedClient), next: z.null() })
const Withdrawn = z.object({ client: z.string(), grants: z.int() })

const self = ({ caller }: { readonly caller: Caller }) => caller.principal
const onPerson = ({ params }: { readonly params: { readonly id: string } }) => ({ type: 'Person', id: params.id })

/** Which applications act for a person: seen and ended by that person, and by operators. */
export const connectedRoutes = (deps: RevokeDeps): Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/me/clients',
    summary: 'The OAuth clients that act for the caller, or may without asking again',
    permission: { action: 'viewSelf', resource: self },
    output: ConnectedClients,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ caller, read, now }) => read(async (tx) => ok(await list(tx, caller.principal.id, now))),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/me/clients/:client',
    summary: 'Take back what the caller allowed a client, and end all its access at once',
    permission: { action: 'withdrawClients', resource: self },
    output: Withdrawn,
    event: 'oauth.consent_withdrawn',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, caller, work }) => withdraw(work, deps, caller.principal.id, params.client),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/people/:id/clients',
    summary: 'The OAuth clients that act for a person, or may without asking again',
    permission: { action: 'listPersonClients', resource: onPerson },
    output: ConnectedClients,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ params, read, now }) => read(async (tx) => ok(await list(tx, params.id, now))),
  }),
  defineRoute({
    method: 'DELETE',
    path: '/api/v1/people/:id/clients/:client',
    summary: 'End all access that a client has to a person, and forget what the person allowed',
    permission: { action: 'withdrawClients', resource: onPerson },
    output: Withdrawn,
    event: 'oauth.consent_withdrawn',
    limit: perPrincipal(120, 'minute'),
    handler: ({ params, work }) => withdraw(work, deps, params.id, params.client),
  }),
]

async function list(tx: Parameters<typeof connectedClients>[0], person: string, now: Date) {
  return { items: isId(person) ? await connectedClients(tx, person, now) : [], next: null }
}

export function withdraw(
  work: Work,
  deps: RevokeDeps,
  person: string,
  client: string,
): Promise<Outcome<z.input<typeof Withdrawn>>> {
  return work(async (tx) => {
    if (!isId(person)) return refuse(consentErrors.consent_unknown)
    const forgotten = await removeConsent(tx, person, client)
    const grants = await killGrants(tx, deps, { person, client }, 'withdrawn')
    if (!forgotten && grants === 0) return refuse(consentErrors.consent_unknown)
    await tx.record({
      kind: 'oauth.consent_withdrawn',
      resource: { type: 'Person', id: person },
      data: { client, grants },
    })
    return ok({ client, grants })
  })
}
