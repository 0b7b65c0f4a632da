import type { IncomingMessage } from 'node:http'
import type { Database } from '../../../platform/database/database.ts'
import type { Foreign } from '../../../platform/http/foreign.ts'
import type { Route } from '../../../platform/http/route.ts'
import type { TenantOfVisit } from '../../../platform/ports.ts'
import { pageRefusal } from '../pages/refused-by-platform.ts'
import { type Brands, withBrands } from './current.ts'
import { brandingsChannel, selectBrands } from './store.ts'

export interface Branding {
  /** Gives the pages among the routes the look of their tenant. */
  routes(routes: readonly Route[]): readonly Route[]
  /** Gives the pages of a protocol library the same. */
  foreign(foreign: Foreign): Foreign
}

export interface BrandingDeps {
  readonly database: Pick<Database, 'asTenant' | 'listen'>
  /** of a visit that says nothing of its tenant */
  readonly defaultTenant: () => Promise<string>
  readonly tenantOfVisit: TenantOfVisit
}

/** What each tenant's pages look like: read once, and again when some replica has changed it. */
export function createBranding({ database, defaultTenant, tenantOfVisit }: BrandingDeps): Branding {
  let remembered = new Map<string, Promise<Brands>>()
  let listening = false

  function brandsOf(tenant: string): Promise<Brands> {
    if (!listening) {
      listening = true
      database.listen(brandingsChannel, () => {
        remembered = new Map()
      })
    }
    const own = remembered
    const known = own.get(tenant)
    if (known !== undefined) return known
    const asked = database.asTenant(
      tenant,
      async (tx) => new Map((await selectBrands(tx)).map((row) => [row.application, row] as const)),
      'read',
    )
    own.set(tenant, asked)
    asked.catch(() => own.delete(tenant))
    return asked
  }

  /** Of the client that sends the browser, or of the host. */
  async function tenantOf({ url = '', headers }: IncomingMessage): Promise<string> {
    const [path = '', query] = url.split('?')
    const fields = Object.fromEntries(new URLSearchParams(query))
    const visit = await tenantOfVisit({ path, headers: new Headers({ host: headers.host ?? '' }), fields })
    return typeof visit === 'object' && visit !== null ? visit.tenant : defaultTenant()
  }

  const within = async <T>(tenant: string, run: () => Promise<T>) => withBrands(await brandsOf(tenant), run)
  return {
    foreign: (foreign) => ({
      answers: (method, path) => foreign.answers(method, path),
      async handle(request, response, about) {
        // Of what it answers only this is seen by people.
        if (request.url?.startsWith('/oauth/authorize') !== true) return foreign.handle(request, response, about)
        await within(await tenantOf(request), () => foreign.handle(request, response, about))
      },
    }),
    routes: (routes) =>
      routes.map((route) => {
        const { handler } = route
        if (route.output !== 'page') return route
        return {
          ...route,
          refusal: route.refusal ?? pageRefusal,
          handler: async (input) => within(input.tenant, async () => handler(input)),
        }
      }),
  }
}
