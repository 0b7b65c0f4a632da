import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { validate, version } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { sendRaw } from './testing/raw.ts'
import { startWorld, type World } from './testing/world.ts'

const requests: IncomingMessage[] = []
let answerWith: readonly string[] = []
const http = createServer((request, response) => {
  requests.push(request)
  if (request.url === '/public/broken') response.destroy()
  else response.writeHead(200, ['X-Request-Id', 'theirs', ...answerWith]).end()
})
const sockets = new WebSocketServer({ server: http })
sockets.on('connection', (_, request) => requests.push(request))
let world: World
beforeAll(async () => {
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  world = await startWorld({ upstream: `http://127.0.0.1:${(http.address() as AddressInfo).port}` })
})
afterAll(async () => {
  await world.close()
  http.closeAllConnections()
  http.close()
})

const isId = (text: unknown) => typeof text === 'string' && validate(text) && version(text) === 7
const answered = ({ headers }: Awaited<ReturnType<World['send']>>) => headers.get('x-request-id') ?? ''
/** The values that reached the upstream with the last request, whatever the spelling of the name. */
const arrived = () =>
  requests.at(-1)?.rawHeaders.flatMap((name, index, raw) => {
    return index % 2 === 0 && /^holdfast.request.id/i.test(name) ? [raw[index + 1] ?? ''] : []
  })

describe('one id', () => {
  test('goes to the client and to the upstream, another for each request, also of one session', async () => {
    const cookie = `Cookie: __Host-holdfast=${world.controlPlane.signIn().credential}`
    const ids = new Set<string>()
    const identities = new Set<unknown>()
    for (let n = 0; n < 3; n++) {
      const id = answered(await world.send('GET /orders', [cookie]))
      expect(isId(id)).toBe(true)
      expect(arrived()).toEqual([id])
      ids.add(id)
      identities.add(requests.at(-1)?.headers['holdfast-identity'])
    }
    expect([ids.size, identities.size]).toEqual([3, 1])
  })

  test.each([
    ['Holdfast-Request-Id: planted'],
    ['holdfast_request_id: planted'],
    ['Holdfast.Request.Id: planted', 'HOLDFAST-REQUEST-ID: planted'],
    ['X-Request-Id: planted'],
    ['Connection: close, Holdfast-Request-Id'],
  ])('is nothing that a client can plant: %j', async (...headers) => {
    const answer = await world.send('GET /public/x', headers)
    expect(arrived()).toEqual([answered(answer)])
    expect(isId(answered(answer))).toBe(true)
  })

  test('is nothing that an upstream can take away, nor put its own beside', async () => {
    answerWith = ['x-request-id', 'theirs too', 'Connection', 'X-Request-Id']
    const answer = await world.send('GET /public/x')
    answerWith = []
    expect(arrived()).toEqual([answered(answer)])
  })

  test('opens a WebSocket, too', async () => {
    const socket = new WebSocket(`${world.gateway.url.replace('http', 'ws')}/public/live`, {
      headers: { host: world.host },
    })
    const [response] = (await once(socket, 'upgrade')) as [IncomingMessage]
    expect(arrived()).toEqual([response.headers['x-request-id']])
    socket.terminate()
  })

  test.each([
    ['GET /orders', 401],
    ['TRACE /public/x', 405],
    ['GET /public/../x', 400],
    ['GET /.holdfast/callback', 400],
    ['GET /public/broken', 502],
  ])('joins the refusal, its problem and its event: %s %i', async (line, status) => {
    const answer = await world.send(line)
    expect(answer.status).toBe(status)
    const problem = JSON.parse(answer.body) as { requestId: string; eventId: string }
    expect(problem.requestId).toBe(answered(answer))
    expect(isId(problem.requestId)).toBe(true)
    const event = await world.controlPlane.event(({ id }) => id === problem.eventId)
    expect(event.requestId).toBe(problem.requestId)
    if (status === 502) expect(arrived()).toEqual([problem.requestId])
  })

  test('is in the answer to what cannot be parsed', async () => {
    const answer = await sendRaw(world.gateway.url, 'GET /x HTTP/1.1\r\nHost: a\r\nBad Name: 1\r\n\r\n')
    expect(answer.status).toBe(400)
    expect((JSON.parse(answer.body) as { requestId: string }).requestId).toBe(answered(answer))
  })

  test('is in the answers that send a browser somewhere', async () => {
    const html = 'Accept: text/html'
    const stale = `Cookie: __Host-holdfast=hfs_${'a'.repeat(43)}`
    for (const [line, headers] of [
      ['GET /orders', [html]],
      ['GET /orders', [html, stale]],
      ['GET /.holdfast/sign-in?return=/', [html]],
      ['POST /.holdfast/sign-out', ['Content-Length: 0']],
    ] as const) {
      expect(isId(answered(await world.send(line, headers))), line).toBe(true)
    }
    const recorded = await world.controlPlane.event(({ data }) => data['cause'] === 'stale session cookie')
    expect(isId(recorded.requestId)).toBe(true)
  })
})
