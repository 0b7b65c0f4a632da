import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type RunningServer, startServer } from '../../serve.ts'
import { freePort } from '../../testing/free-port.ts'
import { pgbouncerPath, type PgBouncer, startPgBouncer } from '../../testing/pgbouncer.ts'
import { pretendedEdge } from '../../testing/pretended-edge.ts'
import { createEmptyDatabase, type TestDatabase } from '../../testing/test-database.ts'

let database: TestDatabase
let bouncer: PgBouncer
let folder = ''
const servers: RunningServer[] = []

/** A whole control plane whose every connection goes by way of PgBouncer, save what `more` says. */
async function start(more: Readonly<Record<string, string>> = {}): Promise<string> {
  const port = await freePort()
  const server = await startServer({
    env: {},
    logFile: join(folder, 'server.log'),
    flags: {
      data: folder,
      publicUrl: 'http://localhost:7400',
      'http.listen': `127.0.0.1:${port}`,
      'database.url': bouncer.url,
      'database.poolSize': '8',
      ...more,
    },
  })
  servers.push(server)
  await server.ready
  return `http://127.0.0.1:${port}`
}

async function call(url: string, method: string, path: string, body?: unknown, bearer?: string) {
  const { token } = JSON.parse(readFileSync(join(folder, 'bootstrap.json'), 'utf8')) as { token: string }
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer ?? token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return {
    status: response.status,
    json: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  }
}

const why = pgbouncerPath === undefined ? ': not run, it is not installed here' : ''

describe.skipIf(pgbouncerPath === undefined)(`behind a real PgBouncer in transaction mode${why}`, () => {
  let urls: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'holdfast-bounced-'))
    database = await createEmptyDatabase(inject('postgresUrl'))
    bouncer = await startPgBouncer(database.url)
    // Both migrate the empty database at the same time.
    urls = await Promise.all([start(), start()])
  })
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.stop()))
    await bouncer.close()
    await database.drop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('two control planes work whole: changes, events with their places, jobs, the barrier', async () => {
    const [one = '', two = ''] = urls
    expect((await call(one, 'POST', '/api/v1/applications', { id: 'shop', name: 'Shop' })).status).toBe(201)
    const made = await call(two, 'POST', '/api/v1/services', { name: 'shop', application: 'shop' })
    const key = made.json['key'] as string
    const written = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        call(urls[at % 2] ?? '', 'PUT', `/api/v1/applications/shop/policies/p${at}`, {
          text: 'permit (principal, action == Action::"get", resource);',
        }),
      ),
    )
    expect(new Set(written.map(({ status }) => status))).toEqual(new Set([201]))
    const epochs = written.map(({ headers }) => Number(headers.get('holdfast-epoch')))
    expect(new Set(epochs).size).toBe(30)

    const edge = pretendedEdge((path, body, bearer) => call(two, 'POST', path, body, bearer), {
      key,
      application: 'shop',
      instance: 'bounced',
    })
    await edge.sync()
    // A poll that waits at the one has news of a change at the other, without a notification.
    const waiting = edge.sync(10)
    const { headers } = await call(one, 'DELETE', '/api/v1/applications/shop/policies/p0')
    const epoch = Number(headers.get('holdfast-epoch'))
    await expect.poll(async () => (await waiting, (await edge.sync()).epoch)).toBe(epoch)
    await edge.sync()
    const { json } = await call(one, 'POST', '/api/v1/barrier', { epoch })
    expect(json).toMatchObject({ state: 'effective', edges: [{ instance: 'bounced' }] })

    await expect
      .poll(async () => {
        const { json: listed } = await call(two, 'GET', '/api/v1/events?kind=revocation.effective')
        return (listed['items'] as { seq: number | null }[]).every(({ seq }) => seq !== null)
      })
      .toBe(true)
  })

  it('say that notifications do not arrive, and take requests all the same', async () => {
    const [one = ''] = urls
    const readyz = async () => {
      const response = await fetch(`${one}/readyz`)
      return { status: response.status, ...((await response.json()) as object) }
    }
    await expect.poll(readyz).toMatchObject({ status: 'degraded', notifications: 'do not arrive', database: 'ok' })
    expect((await fetch(`${one}/readyz`)).status).toBe(200)
    expect(await (await fetch(`${one}/metrics`)).text()).toContain('holdfast_notifications_deaf 1')
  })

  it('hear them where the direct way to PostgreSQL is named', async () => {
    const three = await start({ 'database.directUrl': database.url })
    await expect
      .poll(async () => (await (await fetch(`${three}/metrics`)).text()).includes('holdfast_notifications_deaf 0'))
      .toBe(true)
    expect(await (await fetch(`${three}/readyz`)).json()).toMatchObject({ status: 'ready' })
  })
})
