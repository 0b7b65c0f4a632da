import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { startGateway } from '@holdfast/gateway'
import { Pool } from 'pg'
import { freePort } from '../../stack/ports.ts'
import { readShop, shopProgram } from '../../stack/shop.ts'
import { signInAt } from '../../stack/sign-in.ts'
import { createDatabase } from '../../testing/database.ts'
import { type RealServer, startReal } from '../../testing/server.ts'
import { type Answer, send, type Sending } from '../http.ts'
import { shopRoutes, thingPolicies, thingRoutes, thingSchema } from './route-settings.ts'

export type Who = 'ada' | 'ben' | 'mia' | null
export const password = 'thistle harbour lamp 42 oven'

/** What the backend answers that answers everything. */
export interface Answered {
  readonly type: string
  readonly body: string
  readonly fields?: Record<string, string>
}

/** A real gateway of a real control plane, before the naive shop and before a backend that answers everything. */
export interface EdgeWorld {
  readonly server: RealServer
  /** Of the naive shop. */
  readonly pool: Pool
  /** Origins at the gateway. */
  readonly shop: string
  readonly things: string
  readonly ids: Readonly<Record<string, string>>
  readonly sessions: Readonly<Record<string, string>>
  /** Requests that reached the backend. */
  readonly reached: IncomingMessage[]
  answered: Answered
  /** The management API, as its first operator or with a cookie. */
  call(method: string, path: string, body?: unknown, cookie?: string): Promise<Record<string, unknown>>
  ask(origin: string, who: Who, method: string, path: string, headers?: Sending['headers']): Promise<Answer>
  close(): Promise<void>
}

export async function startEdgeWorld(): Promise<EdgeWorld> {
  const server = await startReal({ HOLDFAST_SIGNIN_MFA_ADMINS: 'aal1' })
  const bootstrap = readFileSync(join(server.folder, 'data/bootstrap.json'), 'utf8')
  const { token } = JSON.parse(bootstrap) as { token: string }
  const call: EdgeWorld['call'] = async (method, path, body, cookie) => {
    const response = await fetch(server.url + path, {
      method,
      headers: {
        ...(cookie === undefined ? { authorization: `Bearer ${token}` } : { cookie, origin: server.url }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const json = (await response.json()) as Record<string, unknown>
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(json)}`)
    return json
  }
  const ids: Record<string, string> = {}
  await call('POST', '/api/v1/groups', { id: 'keepers', name: 'Keepers' })
  for (const [name, groups] of [
    ['ada', ['admins', 'keepers']],
    ['ben', []],
    ['mia', []],
  ] as const) {
    const made = await call('POST', '/api/v1/people', { email: `${name}@shop.example`, name, password, groups })
    ids[name] = String(made['id'])
  }
  const naive = await startNaive(ids)
  const world: { answered: Answered } = { answered: { type: 'application/json', body: '{}' } }
  const { at: echoAt, reached, close: closeEcho } = await startEcho(() => world.answered)
  const port = await freePort()
  const shop = `http://shop.localhost:${port}`
  const things = `http://things.localhost:${port}`
  const application = async (id: string, origin: string, upstream: string, schema: string, policies: object) => {
    const hosts = [new URL(origin).host]
    await call('POST', '/api/v1/applications', { id, name: id, schema, hosts, upstream, publicPaths: ['/pages/*'] })
    for (const [name, text] of Object.entries(policies)) {
      await call('PUT', `/api/v1/applications/${id}/policies/${name}`, { text, expectedVersion: 0 })
    }
  }
  const own = readShop()
  await application('shop', shop, naive.at, own.schema, own.policies)
  await application('things', things, echoAt, thingSchema, thingPolicies)
  const made = await call('POST', '/api/v1/services', { name: 'gateway', groups: ['gateways'] })
  const { key, trust } = made as { key: string; trust: { keys: [] } }
  const gateway = await startGateway({
    credentials: { url: server.url, application: null, token: key, trust },
    data: join(server.folder, 'gateway'),
    listen: `127.0.0.1:${port}`,
    rate: null,
    onProblem: () => undefined,
  })
  await call('PUT', '/api/v1/applications/shop/protection?wait=effective', { routes: shopRoutes })
  await call('PUT', '/api/v1/applications/things/protection?wait=effective', { routes: thingRoutes })
  const sessions: Record<string, string> = {}
  for (const name of Object.keys(ids)) {
    for (const origin of [shop, things]) {
      sessions[`${name} ${origin}`] = await signInAt(origin, `${name}@shop.example`, password)
    }
  }
  return Object.assign(world, {
    server,
    pool: naive.pool,
    shop,
    things,
    ids,
    sessions,
    reached,
    call,
    ask: (origin: string, who: Who, method: string, path: string, headers: Sending['headers'] = {}) => {
      const session = sessions[`${who} ${origin}`]
      const cookie = session === undefined ? {} : { cookie: `__Host-holdfast=${session}` }
      return send(origin, { method, path, headers: { origin, ...cookie, ...headers } })
    },
    close: async () => {
      await gateway.close()
      closeEcho()
      await naive.close()
      await server.stop()
    },
  })
}

async function startNaive(people: Readonly<Record<string, string>>) {
  const database = await createDatabase()
  const env = { SHOP_DATABASE_URL: database.url, SHOP_LISTEN: '127.0.0.1:0', SHOP_PEOPLE: JSON.stringify(people) }
  const child = spawn(process.execPath, [shopProgram('naive')], { env: { ...process.env, ...env } })
  const at = await new Promise<string>((resolve, reject) => {
    let printed = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        printed += chunk.toString()
        const found = /http:\S+:\d+/.exec(printed)
        if (found !== null) resolve(found[0])
      })
    }
    child.once('exit', () => reject(new Error(printed)))
  })
  const pool = new Pool({ connectionString: database.url })
  // pg resolves end() before its connections are closed, and the database is dropped under them: not an error of ours.
  pool.on('error', () => undefined)
  const close = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
    await pool.end()
    await database.drop()
  }
  return { at, pool, close }
}

async function startEcho(answer: () => Answered) {
  const reached: IncomingMessage[] = []
  const echo = createServer((request, response) => {
    reached.push(request)
    const { type, body, fields = {} } = answer()
    response.writeHead(200, {
      'content-type': type,
      etag: '"1"',
      'last-modified': new Date(0).toUTCString(),
      ...fields,
    })
    response.end(body)
  })
  echo.on('upgrade', (_, socket) => {
    // Unread it would not see the other side go.
    socket.on('error', () => undefined).resume()
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
  })
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const close = () => {
    echo.close()
    echo.closeAllConnections()
  }
  return { at: `http://127.0.0.1:${(echo.address() as AddressInfo).port}`, reached, close }
}
