import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import {
  type ArgumentsHost,
  Catch,
  Controller,
  Get,
  HttpCode,
  type INestApplication,
  Module,
  Post,
  Req,
  Res,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { cspNonce, protect } from '../../nest.ts'
import type { ProtectOptions } from '../options.ts'
import { ETAG, EVENTS, PAGE, sum, TRACE } from './answers.ts'
import { listen, type Served } from './serve.ts'

/** As far as both adapters have it. */
interface Asked {
  readonly body: unknown
  readonly params: Readonly<Record<string, string>>
  readonly raw?: IncomingMessage
}

interface Answered {
  readonly raw?: ServerResponse
  hijack?(): void
}

class Shop {
  raw(req: Asked): unknown {
    return sum((req.raw ?? req) as IncomingMessage)
  }

  echo(req: Asked): unknown {
    return { got: req.body }
  }

  item(req: Asked): unknown {
    return { id: req.params['id'] }
  }

  page(req: Asked, res: Answered): void {
    plain(res)
      .setHeader('Content-Type', 'text/html')
      .end(PAGE(cspNonce(req)))
  }

  leak(): unknown {
    return { stack: TRACE }
  }

  lateLeak(_req: Asked, res: Answered): void {
    const out = plain(res)
    out.setHeader('Content-Type', 'text/plain').write('x'.repeat(4000))
    out.end(TRACE)
  }

  events(_req: Asked, res: Answered): void {
    const out = plain(res)
    out.setHeader('Content-Type', 'text/event-stream')
    for (const event of EVENTS) out.write(event)
    out.end()
  }

  cached(_req: Asked, res: Answered): void {
    plain(res).writeHead(304, { ETag: ETAG }).end()
  }

  broken(): never {
    throw new Error('mine')
  }
}

/** Node's own response, which the framework then leaves alone. */
function plain(res: Answered): ServerResponse {
  res.hijack?.()
  return res.raw ?? (res as ServerResponse)
}

class Failures {
  catch(error: Error, host: ArgumentsHost): void {
    const res = host.switchToHttp().getResponse<{ status(code: number): { send(text: string): unknown } }>()
    res.status(500).send(`caught ${error.message}`)
  }
}

class ShopModule {
  readonly name = 'shop'
}

// Decorators are functions: this repository's TypeScript is what Node can run by taking types away.
Catch(Error)(Failures)
const route = (decorator: MethodDecorator, name: keyof Shop, answers = false): void => {
  decorator(Shop.prototype, name, Object.getOwnPropertyDescriptor(Shop.prototype, name) as PropertyDescriptor)
  Req()(Shop.prototype, name, 0)
  if (answers) Res()(Shop.prototype, name, 1)
}
route(Post('raw'), 'raw')
route(Post('echo'), 'echo')
for (const name of ['raw', 'echo'] as const)
  HttpCode(200)(Shop.prototype, name, Object.getOwnPropertyDescriptor(Shop.prototype, name) as PropertyDescriptor)
route(Get('items/:id'), 'item')
route(Get('page'), 'page', true)
route(Get('leak'), 'leak')
route(Get('late-leak'), 'lateLeak', true)
route(Get('events'), 'events', true)
route(Get('cached'), 'cached', true)
route(Get('broken'), 'broken')
Controller()(Shop)
Module({ controllers: [Shop] })(ShopModule)

async function createNest(adapter: 'express' | 'fastify'): Promise<INestApplication> {
  const options = { logger: false } as const
  if (adapter === 'express') return NestFactory.create(ShopModule, options)
  const fastify = new FastifyAdapter()
  const pass = (_request: unknown, payload: unknown, done: (error: null, body: unknown) => void) => done(null, payload)
  fastify.getInstance().addContentTypeParser('application/octet-stream', pass)
  fastify.getInstance().addContentTypeParser('multipart/form-data', pass)
  return NestFactory.create(ShopModule, fastify, options)
}

export async function startNest(adapter: 'express' | 'fastify', options: ProtectOptions): Promise<Served> {
  const app = await createNest(adapter)
  const guard = protect(options)
  app.use(guard)
  app.useGlobalFilters(new Failures())
  await app.listen(0, '127.0.0.1')
  return listen(app.getHttpServer() as Server, async () => {
    await guard.close()
    await app.close()
  })
}
