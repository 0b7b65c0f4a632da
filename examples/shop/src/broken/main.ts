import { createHoldfast } from '@holdfast/sdk'
import { Hono } from 'hono'
import { openDatabase } from '../database/connection.ts'
import { listen, runProcess } from '../serve.ts'
import { readSettings } from '../settings.ts'
import { brokenPurchase } from './purchase.ts'

/** A process of the shop whose purchase is the broken twin; everything around it is the same. */
await runProcess(
  async () => {
    const settings = readSettings(process.env, '127.0.0.1:0')
    const database = openDatabase(settings.databaseUrl)
    const holdfast = await createHoldfast()
    const app = new Hono().post('/orders', async (c) => {
      const principal = await holdfast.authenticate({ headers: c.req.raw.headers })
      const body = await c.req.json<{ product: string; quantity: number; idempotencyKey?: string }>()
      const wanted = { product: body.product, quantity: body.quantity, key: body.idempotencyKey ?? null }
      return c.json(await brokenPurchase(database, principal.id, wanted), 201)
    })
    const server = await listen(app, settings.host, settings.port)
    return {
      url: server.url,
      stop: async () => {
        await server.stop()
        await holdfast.close()
        await database.close()
      },
    }
  },
  (url) => `A shop that is broken on purpose, for a test, at ${url}.`,
)
