import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Hono } from 'hono'

const FOLDER = fileURLToPath(new URL('../page', import.meta.url))

/**
 * BAD: the name goes to the disk as it came: `..%2fnaive%2fseed.ts` is the source with its passwords, and a few `..%2f` more are
 * any file of this machine. Guarded: two files by name (page/assets.ts), nothing else is served from the disk.
 */
export function fileRoutes(): Hono {
  return new Hono().get('/:name', async (c) => {
    const name = c.req.param('name')
    const type = name.endsWith('.css') ? 'text/css' : name.endsWith('.svg') ? 'image/svg+xml' : 'text/plain'
    return c.body(await readFile(join(FOLDER, name)), 200, { 'content-type': `${type}; charset=utf-8` })
  })
}
