import type { Method, RequestHead, Route } from '../../../../platform/http/route.ts'
import { defineRoute } from '../../../../platform/http/route.ts'
import { platformErrors } from '../../../../platform/errors.ts'
import { type Outcome, ok, refuse } from '../../../../platform/outcome.ts'
import { scimErrors } from '../errors.ts'
import { listed } from '../list.ts'
import type { ScimTools } from '../parts.ts'
import { same, type Resource } from '../schema/attribute.ts'
import { providerConfig, resourceTypeShown, resourceTypes, schemasShown } from '../schema/discovery.ts'
import { textOf } from '../schema/find.ts'
import { baseOf } from '../show.ts'
import { common } from './common.ts'

/** What the server can do and which attributes it has (RFC 7644, section 4). */
export const discoveryRoutes = ({ publicUrl }: Pick<ScimTools, 'publicUrl'>): Route[] => {
  const base = baseOf(publicUrl)
  const types = resourceTypes.map((type) => resourceTypeShown(base, type))
  const schemas = schemasShown(base)
  const read = { ...common, method: 'GET', reads: true } as const
  return [
    defineRoute({
      ...read,
      path: '/scim/v2/ServiceProviderConfig',
      summary: 'SCIM: what this server can do',
      handler: ({ request }) => unfiltered(request, () => ok(JSON.stringify(providerConfig(base)))),
    }),
    defineRoute({
      ...read,
      path: '/scim/v2/ResourceTypes',
      summary: 'SCIM: list the types of resources',
      handler: ({ request }) => unfiltered(request, () => ok(JSON.stringify(listed(types.length, 1, types)))),
    }),
    defineRoute({
      ...read,
      path: '/scim/v2/ResourceTypes/:name',
      summary: 'SCIM: show a type of resources',
      handler: ({ params }) => one(types, params.name),
    }),
    defineRoute({
      ...read,
      path: '/scim/v2/Schemas',
      summary: 'SCIM: list the schemas',
      handler: ({ request }) => unfiltered(request, () => ok(JSON.stringify(listed(schemas.length, 1, schemas)))),
    }),
    defineRoute({
      ...read,
      path: '/scim/v2/Schemas/:id',
      summary: 'SCIM: show a schema',
      handler: ({ params }) => one(schemas, params.id),
    }),
    ...(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) =>
      missing(method, '/scim/v2/Me', 'A service is no person, and has no account of its own here.'),
    ),
    missing('POST', '/scim/v2/Bulk', 'Many operations in one request are not taken: send them one by one.'),
  ]
}

function unfiltered({ url }: RequestHead, answer: () => Outcome<string>): Outcome<string> {
  return url.searchParams.has('filter') ? refuse(scimErrors.scim_filter_forbidden) : answer()
}

function one(all: readonly Resource[], id: string): Outcome<string> {
  const found = all.find((each) => same(textOf(each, 'id') ?? '', id))
  return found === undefined ? refuse(platformErrors.not_found) : ok(JSON.stringify(found))
}

/** 501 is what RFC 7644 has for what a server does not offer (sections 3.7 and 3.11). */
function missing(method: Method, path: '/scim/v2/Me' | '/scim/v2/Bulk', problem: string): Route {
  return defineRoute({
    ...common,
    method,
    path,
    summary: 'SCIM: not offered',
    reads: true,
    handler: () => refuse(scimErrors.scim_not_implemented, { problem }),
  })
}
