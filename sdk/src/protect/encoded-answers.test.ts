import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { expect, test } from 'vitest'
import { protect as protectExpress } from '../express.ts'
import { protect as protectHono } from '../hono.ts'
import type { ProtectOptions } from './options.ts'
import { TRACE } from './testing/answers.ts'
import { listen, request, say, type Start } from './testing/serve.ts'

const TEXT = `${TRACE}${' '.repeat(2000)}`
const isZipped = (field: unknown): boolean => String(field).includes('gzip')

const startExpress: Start = (options) => {
  const app = express()
  const guard = protectExpress(options)
  app.use(guard)
  app.get('/', (req, res) => {
    if (isZipped(req.headers['accept-encoding'])) res.set('Content-Encoding', 'gzip').type('text').send(gzipSync(TEXT))
    else res.type('text').send(TEXT)
  })
  return listen(createServer(app), () => guard.close())
}

const startHono: Start = (options) => {
  const app = new Hono()
  const guard = protectHono(options)
  app.use(guard)
  app.use(compress())
  app.get('/', (c) => c.text(TEXT))
  const serve = getRequestListener(app.fetch)
  return listen(
    createServer((req, res) => void serve(req, res)),
    () => guard.close(),
  )
}

const reading: ProtectOptions = { inspection: { answers: { schema: 'off', leaks: 'block' } } }

test.each([
  ['express', startExpress],
  ['hono', startHono],
])('%s: whoever asks for an answer zipped gets none that nobody has read', async (_, start) => {
  const ask = async (options: ProtectOptions) => {
    const served = await start(options)
    const answer = await say(served.port, request('GET /', ['Accept-Encoding: gzip']))
    await served.close()
    return answer
  }
  const read = await ask(reading)
  expect([read.status, read.headers.get('content-encoding')]).toEqual([502, undefined])
  // Where answers are not read they are zipped as before.
  const plain = await ask({})
  expect([plain.status, plain.headers.get('content-encoding')]).toEqual([200, 'gzip'])
})
