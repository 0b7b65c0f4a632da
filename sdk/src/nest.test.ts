import { DatabaseSync } from 'node:sqlite'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Controller, Get, HttpException, type INestApplication, Module, Post, Req } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guardSql } from './guards/sql-guard.ts'
import { type Guarded, holdfast, type NestGuard } from './nest.ts'
import { ada, ben, READERS_AND_ADMINS as policies } from './testing/accounts.ts'
import { type Account, TestControlPlane } from './testing/control-plane.ts'

let control: TestControlPlane
let database: DatabaseSync

class Shop {
  hello({ principal }: Guarded): unknown {
    return { id: principal?.id }
  }

  users(): unknown {
    return []
  }

  refused({ holdfast, principal }: Guarded): unknown {
    holdfast.require(principal, 'deleteReview', { type: 'Review', id: '1' })
    return {}
  }

  broken(): never {
    throw new HttpException('mine', 418)
  }

  async find({ body }: Guarded & { body: { id: string } }): Promise<unknown> {
    await Promise.resolve()
    return database.prepare(`SELECT id FROM people WHERE id = ${body.id}`).all()
  }
}
class ShopModule {
  readonly name = 'shop'
}
const route = (decorator: MethodDecorator, name: keyof Shop): void => {
  decorator(Shop.prototype, name, Object.getOwnPropertyDescriptor(Shop.prototype, name) as PropertyDescriptor)
  Req()(Shop.prototype, name, 0)
}
route(Get('hello'), 'hello')
route(Get('admin/users'), 'users')
route(Get('refused'), 'refused')
route(Get('broken'), 'broken')
route(Post('people'), 'find')
Controller()(Shop)
Module({ controllers: [Shop] })(ShopModule)

beforeAll(async () => {
  control = await new TestControlPlane({ policies, accounts: [ben, ada] }).start()
})
afterAll(() => control.stop())

describe.each([
  ['Express', () => NestFactory.create(ShopModule, { logger: false })],
  ['Fastify', () => NestFactory.create(ShopModule, new FastifyAdapter(), { logger: false })],
] as const)('Nest on %s', (_, create) => {
  let app: INestApplication
  let guard: NestGuard
  let url: string

  beforeAll(async () => {
    guard = await holdfast({ credentials: control.credentials, onProblem: () => {} })
    database = guardSql(new DatabaseSync(':memory:'), { dialect: 'sqlite', holdfast: guard.holdfast })
    database.exec('CREATE TABLE people (id)')
    app = guard.apply(await create())
    await app.listen(0, '127.0.0.1')
    url = `http://127.0.0.1:${((app.getHttpServer() as Server).address() as AddressInfo).port}`
  })
  afterAll(async () => {
    await app.close()
    await guard.holdfast.close()
  })
  const as = (account: Account, init: { method?: string; body?: string } = {}): RequestInit => ({
    ...init,
    headers: { 'content-type': 'application/json', 'holdfast-identity': control.identity(account) },
  })

  it('is guarded by method and path', async () => {
    expect(await (await fetch(`${url}/hello`, as(ben))).json()).toEqual({ id: 'ben' })
    expect((await fetch(`${url}/admin/users`, as(ada))).status).toBe(200)
    for (const path of ['/admin/users', '/admin/users/', '/%61dmin/users'])
      expect([400, 403, 404], path).toContain((await fetch(url + path, as(ben))).status)
    const nobody = await fetch(`${url}/hello`)
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="shop"'])
    expect(nobody.headers.get('content-type')).toContain('application/problem+json')
    expect(await nobody.json()).toMatchObject({ code: 'unauthenticated', eventId: expect.any(String) })
  })

  it('answers what a handler refuses, and nothing else', async () => {
    const refused = await fetch(`${url}/refused`, as(ben))
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'forbidden' }])
    expect((await fetch(`${url}/broken`, as(ben))).status).toBe(418)
    expect((await fetch(`${url}/nowhere`, as(ben))).status).toBe(404)
  })

  it('traces the values of a request, those of its body too', async () => {
    const post = (id: string) => ({ method: 'POST', body: JSON.stringify({ id }) })
    expect((await fetch(`${url}/people`, as(ben, post('1')))).status).toBe(201)
    const refused = await fetch(`${url}/people`, as(ben, post('1 OR 1=1')))
    expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'query_refused' }])
  })
})
