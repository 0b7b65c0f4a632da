import type { INestApplication } from '@nestjs/common'
import type { Express } from 'express'
import type { FastifyInstance } from 'fastify'
import type { Hono } from 'hono'
import * as forExpress from './express.ts'
import * as forFastify from './fastify.ts'
import * as forHono from './hono.ts'
import type { Holdfast, Principal } from './index.ts'
import * as forNest from './nest.ts'

declare const holdfast: Holdfast

export async function express(app: Express) {
  app.use(forExpress.protect({ holdfast }), await forExpress.holdfast({ holdfast, routes: false }))
  app.get('/', (req, res) => {
    const principal: Principal | null = req.principal
    // @ts-expect-error nobody may be signed in
    const certain: Principal = req.principal
    res.send({ principal, certain, nonce: forExpress.cspNonce(req) })
  })
  // @ts-expect-error no such mode
  forExpress.protect({ inspection: { mode: 'always' } })
  // @ts-expect-error no such part
  forExpress.protect({ firewall: {} })
}

export async function fastify(app: FastifyInstance) {
  await app.register(forFastify.protect({ inspection: { mode: 'report' }, trustGateway: true }))
  await app.register(await forFastify.holdfast({ demands: { acr: 'aal2' } }))
  app.get('/', (request) => {
    const principal: Principal | null = request.principal
    // @ts-expect-error nobody may be signed in
    const certain: Principal = request.principal
    request.holdfast.require(principal, 'get', { type: 'Route', id: '/' })
    return { certain, nonce: forFastify.cspNonce(request) }
  })
}

export async function hono(app: Hono) {
  app.use(forHono.protect({ csp: { mode: 'block', nonce: true } }), await forHono.holdfast({ holdfast }))
  app.get('/', (c) => {
    const principal: Principal | null = c.get('principal')
    return c.json({ principal, nonce: forHono.cspNonce(c) })
  })
}

export async function nest(app: INestApplication) {
  app.use(forNest.protect({ holdfast, limits: { rules: [] } }))
  const guard = await forNest.holdfast({ accept: ['identity', 'bearer'] })
  const same: INestApplication = guard.apply(app)
  // @ts-expect-error no such way
  await forNest.holdfast({ accept: ['password'] })
  await same.close()
  await guard.holdfast.close()
}
