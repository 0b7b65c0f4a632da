import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../../../serve.ts'
import { freePort } from '../../../testing/free-port.ts'

/** A file system of its own in memory, small enough to be filled. @returns undefined where one may not be mounted */
function mountSmall(megabytes: number): { readonly directory: string; unmount(): void } | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-full-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', directory], {
      stdio: 'ignore',
    })
  } catch {
    rmSync(directory, { recursive: true })
    return undefined
  }
  return {
    directory,
    unmount() {
      execFileSync('umount', ['--lazy', directory])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Takes all space but so many bytes. @returns what gives it back */
function fill(directory: string, left: number): () => void {
  const path = join(directory, 'ballast')
  const file = openSync(path, 'w')
  const block = Buffer.alloc(64 * 1024, 1)
  const { bavail, bsize } = statfsSync(directory)
  for (let rest = bavail * bsize - left; rest > 0; rest -= block.length)
    writeSync(file, block, 0, Math.min(block.length, rest))
  closeSync(file)
  return () => unlinkSync(path)
}

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

const mountable = (() => {
  const tried = mountSmall(1)
  tried?.unmount()
  return tried !== undefined
})()

describe.runIf(mountable)('a full disk (where a file system may be mounted: as root)', () => {
  it.each([
    ['no table can grow', 48 * 1024],
    ['the write-ahead log cannot grow, and PostgreSQL ends', 4 * 1024 * 1024],
  ])(
    'on which %s is refused, said and survived: nothing that was acknowledged is lost',
    async (_, left) => {
      const small = mountSmall(256)
      if (small === undefined) return
      let server: RunningServer | undefined
      try {
        const data = join(small.directory, 'data')
        const port = await freePort()
        server = await startServer({
          env: {},
          logFile: join(small.directory, 'server.log'),
          flags: { data, 'http.listen': `127.0.0.1:${port}`, 'log.level': 'error' },
        })
        const { url } = server
        const { token } = JSON.parse(readFileSync(join(data, 'bootstrap.json'), 'utf8')) as { token: string }
        const call = async (method: string, path: string, body?: unknown, bearer = token): Promise<Answer> => {
          const response = await fetch(`${url}${path}`, {
            method,
            headers: {
              authorization: `Bearer ${bearer}`,
              'content-type': 'application/json',
              host: `localhost:${port}`,
            },
            ...(body !== undefined && { body: JSON.stringify(body) }),
          })
          return { status: response.status, body: (await response.json()) as Answer['body'] }
        }
        const { body: service } = await call('POST', '/api/v1/services', { name: 'tester', groups: ['admins'] })
        const key = String(service['key'])
        const create = (n: number) => call('POST', '/api/v1/groups', { id: `group-${n}`, name: 'Filler' }, key)
        expect((await create(0)).status).toBe(201)
        // It was told before: a disk of 256 MB is below the threshold from the start.
        expect((await call('GET', '/readyz')).body).toMatchObject({ status: 'ready', disk: 'low' })

        const giveBack = fill(small.directory, left)
        if (left > 1024 * 1024) await exhaustLog(server.database.url)
        const acknowledged = ['group-0']
        const refusals: Answer[] = []
        for (let n = 1; refusals.length < 3 && n < 110; n += 1) {
          const answer = await create(n)
          if (answer.status === 201) acknowledged.push(`group-${n}`)
          else refusals.push(answer)
        }
        expect(refusals.map(({ status }) => status)).toEqual([503, 503, 503])
        for (const { body } of refusals)
          expect(body['code']).toMatch(/^(storage_full|database_unavailable|outcome_unknown)$/)
        const standing = await call('GET', '/readyz')
        expect(standing.status).toBe(503)
        expect(standing.body['database']).toMatch(/^(full|unreachable)$/)
        const metrics = await (await fetch(`${url}/metrics`)).text()
        const counted = [...metrics.matchAll(/^holdfast_writes_refused_\w+ (\d+)$/gm)].map(([, count]) => Number(count))
        expect(counted.some((count) => count > 0)).toBe(true)

        giveBack()
        await until(async () => (await call('GET', '/readyz')).status === 200)
        await until(async () => (await create(9_999)).status === 201)

        const groups = await everyName(call, key)
        expect(acknowledged.filter((name) => !groups.has(name))).toEqual([])
        const recorded = await events(call, key, 'group.created')
        const named = new Set(recorded.map(({ resource }) => resource.id))
        expect(named.size).toBeGreaterThanOrEqual(acknowledged.length)
        await until(async () => (await events(call, key, 'ledger.outage')).length > 0)
        const [outage] = await events(call, key, 'ledger.outage')
        expect(Date.parse(String(outage?.data['to']))).toBeGreaterThan(Date.parse(String(outage?.data['from'])))
        expect(await events(call, key, 'disk.low')).not.toEqual([])
      } finally {
        await (server?.stop() ?? Promise.resolve()).finally(() => small.unmount())
      }
    },
    120_000,
  )
})

/** Writes to the log until there is no room for its next segment of 16 MiB. */
async function exhaustLog(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  const ended = async () => {
    for (let n = 0; n < 100; n += 1)
      await client.query(`SELECT pg_logical_emit_message(false, 'x', repeat('x', 1000000))`)
  }
  await expect(ended()).rejects.toThrow()
  await client.end().catch(() => {})
}

type Call = (method: string, path: string, body?: unknown, bearer?: string) => Promise<Answer>

interface Item {
  readonly resource: { readonly id: string }
  readonly data: Readonly<Record<string, unknown>>
}

async function events(call: Call, key: string, kind: string): Promise<Item[]> {
  const items: Item[] = []
  for (let cursor = ''; ; ) {
    const { body } = await call('GET', `/api/v1/events?kind=${kind}&limit=500${cursor}`, undefined, key)
    items.push(...(body['items'] as Item[]))
    if (typeof body['next'] !== 'string') return items
    cursor = `&cursor=${body['next']}`
  }
}

async function everyName(call: Call, key: string): Promise<Set<string>> {
  const names = new Set<string>()
  for (let cursor = ''; ; ) {
    const { body } = await call('GET', `/api/v1/groups?limit=200${cursor}`, undefined, key)
    for (const { id } of body['items'] as { id: string }[]) names.add(id)
    if (typeof body['next'] !== 'string') return names
    cursor = `&cursor=${encodeURIComponent(body['next'])}`
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end; await sleep(200)) {
    if (await holds().catch(() => false)) return
  }
  throw new Error('it does not recover')
}
