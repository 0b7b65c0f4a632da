import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { protect } from '@holdfast/sdk/express'
import express from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { announce } from '../lib/peer.ts'

// A small application on Express, guarded in one way or another: `bare`, `helmet` (with express-rate-limit), `headers` (what those two do,
// by protect()), `protect` (all of it).
const limits = {
  rules: [{ name: 'all', per: 'address', units: 1_000_000, seconds: 60, cost: 1, scope: 'process' }],
} as const
const app = express()
const [how] = process.argv.slice(2)
if (how === 'helmet') app.use(helmet(), rateLimit({ limit: 1_000_000, windowMs: 60_000, standardHeaders: 'draft-8' }))
if (how === 'headers') app.use(protect({ limits, inspection: { mode: 'off' }, csrf: { mode: 'off' } }))
if (how === 'protect') app.use(protect({ limits }))
app.use(express.json())
app.use((_request, response) => {
  response.json({ items: Array.from({ length: 10 }, (_, id) => ({ id, name: `Product ${id}` })) })
})
const server = createServer(app)
server.listen(0, '127.0.0.1', () => announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
