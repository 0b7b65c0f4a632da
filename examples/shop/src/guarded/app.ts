import type { Holdfast } from '@holdfast/sdk'
import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Database } from '../database/connection.ts'
import { assets } from '../page/assets.ts'
import { messagePage } from '../page/layout.ts'
import { api, wantsPage } from './api.ts'
import { safeHeaders, sameSite } from './headers.ts'
import { pages, visitOf } from './pages.ts'
import { notFound, problemOf, ShopError } from './problem.ts'
import { createShop } from './shop.ts'

const BODY_BYTES = 64 * 1024

/** The shop as it should be: every decision here, on data that the shop read itself. */
export function createGuardedShop(database: Database, holdfast: Holdfast): Hono {
  const shop = createShop(database, holdfast)
  const app = new Hono()
  app.use(safeHeaders, sameSite)
  app.use(bodyLimit({ maxSize: BODY_BYTES, onError: tooLarge }))
  app.get('/healthz', async (c) => {
    await database.query('SELECT 1')
    return c.json({ status: 'ok' })
  })
  app.route('/assets', assets)
  app.route('/', pages(shop))
  app.route('/', api(shop))
  app.notFound((c) => refuse(c, notFound('page')))
  app.onError((error, c) => refuse(c, error))

  async function refuse(c: Context, error: unknown): Promise<Response> {
    const problem = problemOf(error)
    // The name and the place of a fault, never what it says: a message may carry what a caller typed.
    if (problem.status === 500) console.error(`${c.req.method} ${c.req.routePath}: ${place(error)}`)
    const status = problem.status as ContentfulStatusCode
    if (wantsPage(c))
      return c.html(messagePage(await visitOf(shop, c, null), problem.title, problem.detail ?? ''), status)
    return c.body(JSON.stringify(problem.body), status, { 'content-type': 'application/problem+json' })
  }
  return app
}

function tooLarge(): never {
  throw new ShopError('body_too_large', 413, 'Too large', `A body may have ${BODY_BYTES / 1024} KiB here.`)
}

function place(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an Error was thrown'
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return [error.name, ...frames.slice(0, 6)].join('\n')
}
