import { Hono } from 'hono'
import type { Database } from '../database/connection.ts'
import { accountRoutes } from './account.ts'
import { fileRoutes } from './files.ts'
import { orderRoutes, walletRoutes } from './orders.ts'
import { pageRoutes } from './pages.ts'
import { previewRoutes } from './previews.ts'
import { productRoutes } from './products.ts'
import { profileRoutes } from './profiles.ts'
import { reviewRoutes, reviewsOf } from './reviews.ts'

/** The shop as it must not be: each bad place says what is bad and what the guarded twin does instead. */
export function createNaiveShop(database: Database): Hono {
  const app = new Hono()
  app.onError((error, c) => {
    // BAD: the database's own words, and where in the code, go to whoever asked.
    // Guarded: a problem with a stable code and no inner detail.
    console.log(error)
    const what = 'severity' in error ? 'PostgreSQL query failed: ' : ''
    return c.json({ error: `${what}${error.message}`, stack: error.stack }, 500)
  })
  app.route('/assets', fileRoutes())
  app.route('/', pageRoutes(database))
  app.route('/', accountRoutes(database))
  app.get('/products/:id/reviews', async (c) => c.json({ items: await reviewsOf(database, c.req.param('id')) }))
  app.route('/products', productRoutes(database))
  app.route('/orders', orderRoutes(database))
  app.route('/wallet', walletRoutes(database))
  app.route('/reviews', reviewRoutes(database))
  app.route('/profiles', profileRoutes(database))
  app.route('/previews', previewRoutes(database))
  return app
}
