import { Hono } from 'hono'
import type { Database } from '../database/connection.ts'
import { readBody, whoIs } from './request.ts'

/** What stands behind a link that somebody wants to put into a review. */
export function previewRoutes(database: Database): Hono {
  return new Hono().post('/', async (c) => {
    const { url } = await readBody(c)
    if ((await whoIs(c, database)) === null) return c.json({ error: 'sign in first' }, 401)
    // BAD: asks whatever address the page names, from inside the own network, and passes on what it says.
    // Guarded: guardedFetch of @holdfast/sdk/outbound: addresses of the own network are refused, and only the title comes back.
    const answer = await fetch(String(url))
    return c.json({ url, text: (await answer.text()).slice(0, 10_000) })
  })
}
