import type { HonoGuard } from '@holdfast/sdk/hono'
import type { Principal } from '@holdfast/sdk'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Database } from '../database/connection.ts'
import { assets } from '../page/assets.ts'
import { messagePage } from '../page/layout.ts'
import { api, wantsPage } from './api.ts'
import { ownForm } from './form-token.ts'
import { safeHeaders, sameSite } from './headers.ts'
import { pages, visitOf } from './pages.ts'
import { notFound, problemOf, ShopError } from './problem.ts'
import { createShop, type Shop } from './shop.ts'

const BODY_BYTES = 64 * 1024

/** The shop as it should be: every decision here, on data that the shop read itself. */
export function createGuardedShop(database: Database, guard: HonoGuard): Hono {
  const shop = createShop(database, guard.holdfast)
  const app = new Hono()
  app.use(safeHeaders, sameSite)
  app.use(bodyLimit({ maxSize: BODY_BYTES, onError: tooLarge }))
  app.get('/healthz', async (c) => {
    await database.query('SELECT 1')
    return c.json({ status: 'ok' })
  })
  app.route('/assets', assets)
  // From here on every request is authenticated, and the routes decide by what they read.
  app.use(guard)
  app.use(ownForm)
  app.route('/', pages(shop))
  app.route('/', api(shop))
  app.notFound((c) => refuse(c, notFound('page')))
  app.onError((error, c) => refuse(c, error))

  async function refuse(c: Context, error: unknown): Promise<Response> {
    const problem = problemOf(error, (refused) => recordRefusal(shop, c, refused))
    // The name and the place of a fault, never what it says: a message may carry what a caller typed.
    if (problem.status === 500) console.error(`${c.req.method} ${c.req.routePath}: ${place(error)}`)
    const status = problem.status as ContentfulStatusCode
    if (wantsPage(c))
      return c.html(messagePage(await visitOf(shop, c, null), problem.title, problem.detail ?? ''), status)
    return c.body(JSON.stringify(problem.body), status, {
      ...problem.headers,
      'content-type': 'application/problem+json',
    })
  }
  return app
}

/** Who tries what the shop refuses leaves a trace, as with what Holdfast refuses: which fields, never what was in them. */
function recordRefusal({ holdfast }: Shop, c: Context, { code, errors }: ShopError): string | undefined {
  const principal: Principal | null | undefined = c.get('principal')
  if (principal == null) return undefined
  const data = { code, method: c.req.method, route: c.req.routePath, fields: errors.map((error) => error.path) }
  return holdfast.record({ kind: 'request.refused', outcome: 'refused', principal, data })
}

function tooLarge(): never {
  throw new ShopError('body_too_large', 413, 'Too large', `A body may have ${BODY_BYTES / 1024} KiB here.`)
}

function place(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an Error was thrown'
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [error.name, ...frames.slice(0, 6)].join('\n')
}
