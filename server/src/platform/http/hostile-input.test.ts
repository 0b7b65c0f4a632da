import { connect } from 'node:net'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startWholeServer, type WholeServer } from '../../testing/whole-server.ts'

/** The whole server as a hostile caller who is let in meets it: whatever is sent, the answer is no 5xx, and nothing is logged as a fault. */
let whole: WholeServer

beforeAll(async () => {
  whole = await startWholeServer(inject('postgresUrl'))
  await whole.call('POST', '/api/v1/applications', { id: 'shop', name: 'Shop' })
})
afterAll(() => whole.close())

const faults = () =>
  readFileSync(join(whole.dataDir, 'server.log'), 'utf8')
    .split('\n')
    .filter((line) => line.includes('"error"'))

describe('whatever is sent', () => {
  it.each(['%00', 'a%00b', '%ff', '%2f..%2f', '__proto__', '%F0%9F%98%80', '%0d%0a'])(
    '%s in a path is an answer, not a fault',
    async (bad) => {
      const { json } = await whole.call('GET', '/api/openapi.json')
      const paths = Object.entries(json['paths'] as Record<string, Record<string, unknown>>)
      const asked = paths.flatMap(([path, methods]) =>
        /\{\w+\}/.test(path) ? Object.keys(methods).map((method) => [method.toUpperCase(), path] as const) : [],
      )
      expect(asked.length).toBeGreaterThan(20)
      const told = asked.flatMap(([method, path]) =>
        [path, path.replace('{app}/', 'shop/')]
          .map((each) => each.replaceAll(/\{\w+\}/g, bad))
          .filter((target) => target.includes(bad))
          .map((target) => [method, target] as const),
      )
      const ask = async ([method, target]: (typeof told)[number]): Promise<void> => {
        const body = method === 'GET' ? undefined : { text: 'x', name: 'x', password: 'x' }
        const { status } = await whole.call(method, target, body)
        expect(status, `${method} ${target}`).toBeLessThan(500)
      }
      // Ten at a time: one after the other they would mostly wait for the database.
      while (told.length > 0) await Promise.all(told.splice(0, 10).map(ask))
      expect(faults()).toEqual([])
    },
  )

  it.each([
    ['POST', '/api/v1/applications', { id: 'nul', name: 'a\0b' }, 400],
    ['PATCH', '/api/v1/applications/shop', { publicPaths: ['/a\0'] }, 400],
    ['POST', '/api/v1/applications', { id: 'twice', name: 'Twice', hosts: ['a.example', 'a.example'] }, 201],
    ['PATCH', '/api/v1/applications/shop', { hosts: ['b.example', 'b.example'] }, 200],
    ['PUT', '/api/v1/applications/shop/policies/a', { text: 'permit(principal,action,resource); // \0' }, 400],
    ['PUT', '/api/v1/applications/shop/policies/a', { text: '@doc("a\\0b") permit(principal,action,resource);' }, 422],
    ['PUT', '/api/v1/applications/shop/schema', { text: 'entity A { "a\\0": Long };' }, 422],
    ['GET', '/api/v1/events?since=2026-01-01T00:00:00%2B23:59', undefined, 200],
    ['GET', '/api/v1/events?since=0000-01-01T00:00:00Z', undefined, 422],
    ['GET', '/api/v1/events?until=9999-12-31T23:59:59-23:59', undefined, 422],
    ['GET', '/api/v1/applications/shop/history?policy=%00', undefined, 422],
    ['GET', '/api/v1/applications/shop/history?cursor=2026-99-99T99:99:99Z~1', undefined, 422],
    ['GET', '/api/v1/applications/shop/decisions?principal=Person::%22%00%22', undefined, 422],
  ])('%s %s with %j is answered %i', async (method, path, body, status) => {
    const answer = await whole.call(method, path, body)
    expect(answer.status, JSON.stringify(answer.json)).toBe(status)
    expect(faults()).toEqual([])
  })

  it('a body that ends early is the client’s affair: no fault is logged', async () => {
    const { port } = new URL(whole.url)
    const head = `POST /api/v1/people HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer ${whole.token}\r\nContent-Type: application/json\r\n`
    for (const rest of ['Content-Length: 50\r\n\r\n{', 'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a"']) {
      const socket = connect(Number(port), '127.0.0.1')
      socket.write(head + rest)
      await new Promise((done) => setTimeout(done, 150))
      socket.destroy()
      await new Promise((done) => setTimeout(done, 150))
    }
    expect(faults()).toEqual([])
  })

  it('a schema that would take for ever is refused while others are served', async () => {
    const types = Array.from({ length: 60 }, (_, n) => `type T${n} = { a: T${n + 1}, b: T${n + 1} };`).join('')
    const text = `${types} type T60 = Long; entity A { t: T0 };`
    const attack = whole.call('POST', '/api/v1/applications/shop/policies/validate', { text, kind: 'schema' })
    for (let n = 0; n < 10; n += 1) expect((await whole.call('GET', '/healthz')).status).toBe(200)
    expect(JSON.stringify((await attack).json)).toMatch(/given up/)
  })
})
