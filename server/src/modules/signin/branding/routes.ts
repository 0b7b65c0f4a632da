import { z } from 'zod'
import { perAddress, perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type MediaBody, type Route } from '../../../platform/http/route.ts'
import { platformErrors } from '../../../platform/errors.ts'
import { type Accepted, ok, type Outcome, refuse } from '../../../platform/outcome.ts'
import { uuid } from '../../../platform/uuid.ts'
import { Name } from '../../directory/index.ts'
import type { SigninDeps } from '../types.ts'
import { changeBrand, changeLogo, clearBrand, mostLogoBytes, placeOf, shown } from './change.ts'
import { styleSheet } from './colour.ts'
import { brandingErrors } from './errors.ts'
import { imageTypes } from './image.ts'
import { type BrandAsset, findAsset, findBrand } from './store.ts'

const Look = z.strictObject({
  name: Name.nullable().default(null).describe('in place of "Holdfast"'),
  accent: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'a colour as #1f4e8c')
    .nullable()
    .default(null)
    .describe('of buttons and links: readable on white; for the dark it is lightened'),
})

const View = z.object({
  application: z.string().nullable(),
  name: z.string().nullable(),
  accent: z.string().nullable(),
  logo: z.object({ href: z.string(), type: z.string() }).nullable(),
  stylesheet: z.string().nullable(),
  updatedAt: z.iso.datetime().nullable(),
})

type Place = '/api/v1/branding' | '/api/v1/applications/:app/branding'

/** The route of all pages has no application in its path, whatever the type of both together says. */
const applicationIn = (params: Readonly<Record<string, string>>): string | null => params['app'] ?? null
const onPlace = ({ params }: { readonly params: Readonly<Record<string, string>> }) =>
  placeOf(applicationIn(params)).resource
const viewing = { action: 'viewBranding', resource: onPlace } as const
const changing = { action: 'changeBranding', resource: onPlace } as const

/** How the pages look, of all and for one application. */
export const brandingRoutes = (deps: SigninDeps): Route[] => [
  ...routesAt(deps, '/api/v1/branding', 'the pages at which people sign in'),
  ...routesAt(deps, '/api/v1/applications/:app/branding', 'these pages for one application'),
  ...assetRoutes(deps),
]

function routesAt(deps: SigninDeps, path: Place, what: string): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: `How ${what} look`,
      permission: viewing,
      output: View,
      reads: true,
      limit: perPrincipal(600, 'minute'),
      handler: ({ params, read }) =>
        read(async (tx): Promise<Outcome<z.input<typeof View>>> => {
          const application = applicationIn(params)
          if (application !== null && (await deps.applications.find(tx, application)) === null) {
            return refuse(brandingErrors.branding_application_unknown)
          }
          return ok(shown(application, await findBrand(tx, application)))
        }),
    }),
    defineRoute({
      method: 'PUT',
      path,
      summary: `Name and colour of ${what}; the logo stays`,
      permission: changing,
      input: { body: Look },
      output: View,
      event: 'branding.changed',
      limit: perPrincipal(60, 'minute'),
      handler: ({ params, body, work, now }) =>
        work((tx) => changeBrand(tx, deps, { application: applicationIn(params), now }, body)),
    }),
    defineRoute({
      method: 'DELETE',
      path,
      summary: `Take name, colour and logo from ${what}`,
      permission: changing,
      output: View,
      event: 'branding.removed',
      limit: perPrincipal(60, 'minute'),
      handler: ({ params, work, now }) =>
        work((tx) => clearBrand(tx, deps, { application: applicationIn(params), now })),
    }),
    defineRoute({
      method: 'PUT',
      path: `${path}/logo`,
      summary: `The logo of ${what}: a PNG, JPEG or WebP of 128 KiB at most`,
      permission: changing,
      input: { bytes: { media: [...imageTypes, 'application/octet-stream'] } },
      output: View,
      event: 'branding.changed',
      limit: perPrincipal(60, 'minute'),
      bodyLimit: mostLogoBytes,
      handler: ({ params, bytes, work, now }) =>
        work((tx) => changeLogo(tx, deps, { application: applicationIn(params), now }, bytes.content)),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${path}/logo`,
      summary: `Take the logo from ${what}`,
      permission: changing,
      output: View,
      event: 'branding.changed',
      limit: perPrincipal(60, 'minute'),
      handler: ({ params, work, now }) =>
        work((tx) => changeLogo(tx, deps, { application: applicationIn(params), now }, null)),
    }),
  ]
}

/** What the pages load: of a fixed type, whatever was uploaded, and by an address that changes with it. */
function assetRoutes({ database }: SigninDeps): Route[] {
  const shownToAll = { public: 'what the pages show before anybody is signed in' } as const
  const limit = perAddress(12_000, 'minute')
  // By its id alone: nobody is signed in, and which tenant it is nobody has said.
  const asset = async (id: string) => (uuid.test(id) ? database.asSystem((tx) => findAsset(tx, id)) : undefined)
  return [
    defineRoute({
      method: 'GET',
      path: '/sign-in/brand/:id/style.css',
      summary: 'The colours of a brand',
      permission: shownToAll,
      output: { media: 'text/css' },
      reads: true,
      limit,
      async handler({ params, request }): Promise<Outcome<MediaBody>> {
        const found = await asset(params.id)
        if (found === undefined || found.accent === null) return refuse(platformErrors.not_found)
        return kept(request.headers, found, styleSheet(found.accent), 'text/css; charset=utf-8')
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/sign-in/brand/:id/logo',
      summary: 'The logo of a brand',
      permission: shownToAll,
      output: { media: 'image/png' },
      reads: true,
      limit,
      async handler({ params, request }): Promise<Outcome<MediaBody>> {
        const found = await asset(params.id)
        const type = imageTypes.find((each) => each === found?.logoType)
        if (found === undefined || found.logo === null || type === undefined) return refuse(platformErrors.not_found)
        return kept(request.headers, found, found.logo, type)
      },
    }),
  ]
}

/** RFC 9110, section 13.1.2: whoever has it already is told that it is the same. */
function kept(headers: Headers, { version }: BrandAsset, body: MediaBody, type: string): Accepted<MediaBody> {
  const etag = `"${version}"`
  const shared = { etag, 'cache-control': 'public, max-age=86400' }
  const known = (headers.get('if-none-match') ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''))
  if (known.includes(etag)) return ok('', { status: 304, headers: shared })
  return ok(body, { headers: { ...shared, 'content-type': type } })
}
