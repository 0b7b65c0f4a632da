import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { defaultProtection, UpstreamSettings } from '@holdfast/http-guard'
import { afterEach, describe, expect, test } from 'vitest'
import { ok, type RawUpstream, startRawUpstream } from './testing/raw.ts'
import { startUpstream, startWorld, type Upstream, type World } from './testing/world.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** The first two are asked by turns, so that a test knows who is next. */
async function before(origins: readonly string[], settings: object = {}): Promise<World> {
  const [upstream = '', ...furtherUpstreams] = origins
  const upstreams = UpstreamSettings.parse({ choice: 'round-robin', ...settings })
  const protection = { ...defaultProtection, upstreams }
  const requestTimeoutMs = 60_000
  const world = await startWorld({ upstream, furtherUpstreams, protection, requestTimeoutMs, gateway: { rate: null } })
  closing.push(() => world.close())
  return world
}

async function serve(answer?: (request: IncomingMessage, response: ServerResponse) => void): Promise<Upstream> {
  const upstream = await startUpstream(answer)
  closing.push(() => upstream.close())
  return upstream
}

async function serveRaw(answer: (socket: Socket, head: string, connection: number) => void): Promise<RawUpstream> {
  const upstream = await startRawUpstream(answer)
  closing.push(() => upstream.close())
  return upstream
}

/** An origin at which nobody listens any more. */
async function nowhere(): Promise<string> {
  const upstream = await startUpstream()
  await upstream.close()
  return upstream.origin
}

/** An upstream in a process of its own, which says its name. */
async function startProcess(name: string): Promise<{ origin: string; child: ChildProcess }> {
  const code = `require('node:http').createServer((q, r) => r.end('${name}')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  closing.push(() => kill(child))
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return { origin: `http://127.0.0.1:${port.toString().trim()}`, child }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

const get = (world: World) => world.send('GET /public/x')
const json = (world: World, method: string) =>
  world.send(`${method} /public/x`, ['Content-Type: application/json', 'Content-Length: 14'], '{"text":"abc"}')
const out = (world: World, origin: string) =>
  world.controlPlane.event(({ kind, data }) => kind === 'upstream.out' && data['upstream'] === origin)

test('a process that is killed costs no request that can be sent again, and is left out', async () => {
  const [a, b] = [await startProcess('a'), await startProcess('b')]
  const world = await before([a.origin, b.origin], { eject: { connects: 2, seconds: 60 } })
  const first = [await get(world), await get(world), await get(world), await get(world)]
  expect(first.map(({ body }) => body).toSorted()).toEqual(['a', 'a', 'b', 'b'])
  await kill(b.child)
  for (let i = 0; i < 12; i++) expect(await get(world)).toMatchObject({ status: 200, body: 'a' })
  expect(await out(world, b.origin)).toMatchObject({ application: 'shop', outcome: 'failure', data: { forMs: 60_000 } })
  for (let i = 0; i < 4; i++) expect((await json(world, 'POST')).body).toBe('a')
  // Where all are gone it is said at once.
  await kill(a.child)
  for (let i = 0; i < 4; i++) expect((await json(world, 'POST')).status).toBe(502)
})

describe('what is sent again', () => {
  test('a request that never got there, by whatever method, with its body', async () => {
    const bodies: string[] = []
    const there = await serve((request, response) => {
      request.setEncoding('latin1').on('data', (chunk: string) => bodies.push(chunk))
      request.on('end', () => response.end('there'))
    })
    const world = await before([await nowhere(), there.origin], { eject: null })
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
      for (let i = 0; i < 2; i++) expect((await json(world, method)).body).toBe('there')
    }
    // One that streams is read only when the connection stands.
    const image = ['Content-Type: image/png', 'Content-Length: 5']
    for (let i = 0; i < 2; i++)
      expect((await world.send('POST /public/x', image, '\0\u0001\0\u0001\0')).body).toBe('there')
    expect(bodies.splice(-2)).toEqual(['\0\u0001\0\u0001\0', '\0\u0001\0\u0001\0'])
    expect(bodies).toEqual(Array.from({ length: 8 }, () => '{"text":"abc"}'))
  })

  test('none, where the application does not want it', async () => {
    const world = await before([await nowhere(), (await serve()).origin], { eject: null, retry: false })
    const statuses = [(await get(world)).status, (await get(world)).status]
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 502])
  })

  test('nothing that may have been done: a connection that breaks after the request was on it', async () => {
    const breaking = await serveRaw((socket) => socket.destroy())
    const other = await serveRaw(ok)
    const world = await before([breaking.origin, other.origin])
    const answers = []
    for (const method of ['POST', 'POST', 'GET', 'GET']) {
      answers.push((await (method === 'GET' ? get(world) : json(world, method))).status)
    }
    expect(answers.toSorted((a, b) => a - b)).toEqual([200, 200, 502, 502])
    expect(other.received.join('').match(/HTTP\/1\.1/g)).toHaveLength(2)
  })

  test('an idempotent request that met the end of an idle connection, at another upstream; no other one', async () => {
    const once = (socket: Socket, _head: string, connection: number, seen: Set<number>): void => {
      if (seen.has(connection)) socket.destroy()
      else {
        seen.add(connection)
        ok(socket)
      }
    }
    const [seenA, seenB] = [new Set<number>(), new Set<number>()]
    const a = await serveRaw((socket, head, connection) => once(socket, head, connection, seenA))
    const b = await serveRaw((socket, head, connection) => once(socket, head, connection, seenB))
    const world = await before([a.origin, b.origin])
    expect([(await get(world)).status, (await get(world)).status]).toEqual([200, 200])
    // Each is on its first connection, which will break.
    expect((await json(world, 'PUT')).status).toBe(200)
    expect(a.sockets.length + b.sockets.length).toBe(3)
    // One of these comes to a new connection, the other to one that breaks.
    const statuses = [(await json(world, 'POST')).status, (await json(world, 'POST')).status]
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 502])
    expect((a.received.join('') + b.received.join('')).match(/POST \//g)).toHaveLength(2)
  })

  test('once: where the other one is not there either it is over', async () => {
    const world = await before([await nowhere(), await nowhere(), await nowhere()], { eject: null })
    expect((await get(world)).status).toBe(502)
  })
})

describe('an upstream whose answers are errors', () => {
  const failing = (_request: IncomingMessage, response: ServerResponse) => void response.writeHead(500).end('no')

  /** Asks many times at once until somebody is out: what counts is their share within some seconds, on however busy a machine. */
  const press = (world: World): Promise<void> =>
    expect
      .poll(
        async () => {
          await Promise.all(Array.from({ length: 60 }, () => get(world)))
          return outs(world).length
        },
        { timeout: 100_000 },
      )
      .toBe(1)
  const outs = ({ controlPlane }: World) => controlPlane.events.filter(({ kind }) => kind === 'upstream.out')

  test('is left out, while another does its work', async () => {
    const [bad, good] = [await serve(failing), await serve()]
    const world = await before([bad.origin, good.origin], { eject: { seconds: 600, mostSeconds: 600 } })
    await press(world)
    const why = expect.stringMatching(/^(\d+) of \1 answers were errors$/) as string
    expect(outs(world)[0]).toMatchObject({ data: { upstream: bad.origin, why, forMs: 600_000 } })
    const { length } = bad.requests
    for (let i = 0; i < 4; i++) expect((await get(world)).status).toBe(200)
    expect(bad.requests).toHaveLength(length)
  }, 120_000)

  test('is not, where all do the same: a request that breaks each stops nothing', async () => {
    const [a, b] = [await serve(failing), await serve(failing)]
    const world = await before([a.origin, b.origin], { eject: { seconds: 600, mostSeconds: 600 } })
    await press(world)
    for (let i = 0; i < 30; i++) expect((await get(world)).status).toBe(500)
    expect(outs(world)).toHaveLength(1)
  }, 120_000)
})

test('checks: what does not answer as expected is left out until it does', async () => {
  let status = 200
  const a = await serve((request, response) => {
    response.writeHead(request.url === '/healthz' ? status : 200).end('a')
  })
  const b = await serve((_request, response) => response.end('b'))
  const world = await before([a.origin, b.origin], { check: { path: '/healthz', seconds: 1 } })
  await expect.poll(() => a.requests.length, { timeout: 60_000 }).toBeGreaterThan(0)
  expect(a.requests[0]).toMatchObject({ method: 'GET', url: '/healthz', headers: { host: world.host } })
  status = 503
  await expect
    .poll(() => world.controlPlane.events.map(({ kind }) => kind), { timeout: 60_000 })
    .toContain('upstream.out')
  expect(await out(world, a.origin)).toMatchObject({ data: { why: 'check: it answered 503, not 200', forMs: null } })
  for (let i = 0; i < 4; i++) expect((await get(world)).body).toBe('b')
  status = 200
  await expect
    .poll(() => world.controlPlane.events.map(({ kind }) => kind), { timeout: 60_000 })
    .toContain('upstream.back')
  const bodies = new Set([(await get(world)).body, (await get(world)).body])
  expect(bodies).toEqual(new Set(['a', 'b']))
}, 120_000)

test('the one with the fewest requests under way is asked', async () => {
  const held: ServerResponse[] = []
  const slow = await serve((_request, response) => void held.push(response))
  const quick = await serve((_request, response) => response.end('quick'))
  const world = await before([slow.origin, quick.origin], { choice: 'least-outstanding' })
  const waiting: Promise<unknown>[] = []
  for (let i = 0; i < 20 && held.length === 0; i++) {
    const asked = get(world)
    waiting.push(asked)
    await Promise.race([asked, expect.poll(() => held.length, { timeout: 60_000 }).toBe(1)])
  }
  for (let i = 0; i < 4; i++) expect((await get(world)).body).toBe('quick')
  expect(held).toHaveLength(1)
  held[0]?.end('slow')
  await Promise.all(waiting)
  expect(slow.requests).toHaveLength(1)
})

test('a new bundle adds and takes away upstreams', async () => {
  const [a, b] = [await serve((_q, r) => r.end('a')), await serve((_q, r) => r.end('b'))]
  const world = await before([a.origin])
  expect((await get(world)).body).toBe('a')
  world.controlPlane.update([{ ...world.application, furtherUpstreams: [b.origin] }])
  await expect.poll(async () => (await get(world)).body, { timeout: 60_000 }).toBe('b')
  world.controlPlane.update([{ ...world.application, upstream: b.origin, furtherUpstreams: [] }])
  await expect
    .poll(async () => new Set([(await get(world)).body, (await get(world)).body]).has('a'), { timeout: 60_000 })
    .toBe(false)
})
