import { readFileSync } from 'node:fs'
import { Hono } from 'hono'

const CSS = readFileSync(new URL('shop.css', import.meta.url), 'utf8')
const ICON = readFileSync(new URL('shop.svg', import.meta.url), 'utf8')
const AN_HOUR = { 'cache-control': 'public, max-age=3600' }

/** The two files that pages refer to. Nothing else is served from the disk, so no path can climb out of a folder. */
export const assets: Hono = new Hono()
  .get('/shop.css', (c) => c.body(CSS, 200, { 'content-type': 'text/css; charset=utf-8', ...AN_HOUR }))
  .get('/shop.svg', (c) => c.body(ICON, 200, { 'content-type': 'image/svg+xml', ...AN_HOUR }))
