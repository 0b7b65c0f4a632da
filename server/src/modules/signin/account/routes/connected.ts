import { defineRoute, type Route } from '../../../../platform/http/route.ts'
import { listIdentities, unlink } from '../../federation/identities.ts'
import { selectConnections } from '../../federation/store/connections.ts'
import { applicationsBody } from '../pages/applications-page.ts'
import { linkedBody } from '../pages/linked-page.ts'
import type { AccountTools } from '../parts.ts'
import { changed, pageRoute, post, type Shown } from './common.ts'

/** What acts for a person, and what they sign in by elsewhere. */
export function connectedRoutes(deps: AccountTools): Route[] {
  const { elsewhere } = deps
  const applications: Shown = {
    at: '/account/applications',
    action: 'viewSelf',
    async load({ person }, { read, now }) {
      const clients = await read((tx) => elsewhere.clients(tx, person.id, now))
      return () => ({ body: applicationsBody(clients, now) })
    },
  }
  const linked: Shown = {
    at: '/account/linked',
    action: 'listIdentities',
    async load({ person }, { read, now }) {
      const { identities, connections } = await read(async (tx) => {
        const found = await listIdentities(tx, deps, person.id)
        return { identities: found.ok ? found.value.items : [], connections: await selectConnections(tx) }
      })
      const has = new Set(identities.map(({ connection }) => connection.id))
      const offered = connections.filter(({ id, enabled }) => enabled && !has.has(id))
      return () => ({ body: linkedBody({ identities, offered, now }) })
    },
  }
  return [
    pageRoute(deps, applications, 'The page of the applications that act for oneself'),
    defineRoute({
      ...changed,
      path: '/account/applications/:client/withdraw',
      summary: 'Take back what one allowed a client, and end all its access at once',
      event: 'oauth.consent_withdrawn',
      handler(route) {
        const event = 'oauth.consent_withdrawn'
        const acting = { page: applications, action: 'withdrawClients', event, done: 'withdrawn' } as const
        return post(deps, route, acting, ({ owner, work }) =>
          elsewhere.withdraw(work, owner.person.id, route.params.client),
        )
      },
    }),
    pageRoute(deps, linked, 'The page of the accounts elsewhere that one signs in by'),
    defineRoute({
      ...changed,
      path: '/account/linked/:identity/unlink',
      summary: 'Disconnect an account elsewhere; not the last way to sign in',
      event: 'identity.unlinked',
      handler(route) {
        const event = 'identity.unlinked'
        const acting = { page: linked, action: 'unlinkIdentity', event, fresh: true, done: 'unlinked' } as const
        return post(deps, route, acting, ({ owner, work }) =>
          unlink(work, deps, { person: owner.person.id, identity: route.params.identity }),
        )
      },
    }),
  ]
}
