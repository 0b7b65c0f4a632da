import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import express, { type NextFunction, type Request, type Response } from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { stream } from 'hono/streaming'
import { cspNonce as nonceOfExpress, protect as protectExpress } from '../../express.ts'
import { cspNonce as nonceOfFastify, protect as protectFastify } from '../../fastify.ts'
import { cspNonce as nonceOfHono, protect as protectHono } from '../../hono.ts'
import { ETAG, EVENTS, PAGE, sum, TRACE } from './answers.ts'
import { startNest } from './nest.ts'
import { listen, type Start } from './serve.ts'

const startExpress: Start = async (options) => {
  const app = express()
  const guard = protectExpress(options)
  app.use(guard)
  app.post('/raw', (req, res, next) => {
    sum(req).then((summed) => res.json(summed), next)
  })
  app.use(express.json(), express.urlencoded({ extended: true }), express.text())
  app.post('/echo', (req, res) => void res.json({ got: req.body as unknown }))
  app.get('/items/:id', (req, res) => void res.json({ id: req.params['id'] }))
  app.get('/page', (req, res) => void res.type('html').send(PAGE(nonceOfExpress(req))))
  app.get('/leak', (_req, res) => void res.json({ stack: TRACE }))
  app.get('/late-leak', (_req, res) => {
    res.type('text').write('x'.repeat(4000))
    res.end(TRACE)
  })
  app.get('/events', (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/event-stream' })
    for (const event of EVENTS) res.write(event)
    res.end()
  })
  app.get('/cached', (_req, res) => void res.status(304).set('ETag', ETAG).end())
  app.get('/broken', () => {
    throw new Error('mine')
  })
  app.use((error: Error, _req: Request, res: Response, _next: NextFunction) => {
    res.status(500).send(`caught ${error.message}`)
  })
  return listen(createServer(app), () => guard.close())
}

const startFastify: Start = async (options) => {
  const app = fastify()
  await app.register(protectFastify(options))
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  app.addContentTypeParser('multipart/form-data', (_request, payload, done) => done(null, payload))
  app.post('/raw', (request) => sum(request.body as Readable))
  app.post('/echo', (request) => ({ got: request.body }))
  app.get<{ Params: { id: string } }>('/items/:id', (request) => ({ id: request.params.id }))
  app.get('/page', (request, reply) => reply.type('text/html').send(PAGE(nonceOfFastify(request))))
  app.get('/leak', () => ({ stack: TRACE }))
  app.get('/late-leak', (_request, reply) => reply.type('text/plain').send(Readable.from(['x'.repeat(4000), TRACE])))
  app.get('/events', (_request, reply) => reply.type('text/event-stream').send(Readable.from(EVENTS)))
  app.get('/cached', (_request, reply) => reply.code(304).header('ETag', ETAG).send())
  app.get('/broken', () => {
    throw new Error('mine')
  })
  app.setErrorHandler((error, _request, reply) => reply.code(500).send(`caught ${(error as Error).message}`))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return listen(app.server, async () => {
    await app.close()
  })
}

const startHono: Start = async (options) => {
  const app = new Hono()
  const guard = protectHono(options)
  app.use(guard)
  app.post('/raw', async (c) => c.json(await sum(c.req.raw.body as ReadableStream<Uint8Array>)))
  app.post('/echo', async (c) => {
    const type = c.req.header('content-type') ?? ''
    if (type.includes('json')) return c.json({ got: await c.req.json<unknown>() })
    return c.json({ got: type.includes('form') ? await c.req.parseBody() : await c.req.text() })
  })
  app.get('/items/:id', (c) => c.json({ id: c.req.param('id') }))
  app.get('/page', (c) => c.html(PAGE(nonceOfHono(c))))
  app.get('/leak', (c) => c.json({ stack: TRACE }))
  app.get('/late-leak', (c) => {
    c.header('Content-Type', 'text/plain')
    return stream(c, async (out) => {
      await out.write('x'.repeat(4000))
      await out.write(TRACE)
    })
  })
  app.get('/events', (c) => {
    c.header('Content-Type', 'text/event-stream')
    return stream(c, async (out) => {
      for (const event of EVENTS) await out.write(event)
    })
  })
  app.get('/cached', () => new Response(null, { status: 304, headers: { ETag: ETAG } }))
  app.get('/broken', () => {
    throw new Error('mine')
  })
  app.onError((error, c) => c.text(`caught ${error.message}`, 500))
  const serve = getRequestListener(app.fetch)
  return listen(
    createServer((req, res) => void serve(req, res)),
    () => guard.close(),
  )
}

export const frameworks: readonly (readonly [name: string, start: Start])[] = [
  ['express', startExpress],
  ['fastify', startFastify],
  ['hono', startHono],
  ['nest on express', (options) => startNest('express', options)],
  ['nest on fastify', (options) => startNest('fastify', options)],
]
