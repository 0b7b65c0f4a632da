import { verifyPack } from '@holdfast/merkle'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Child, startChild } from '../../testing/processes/child.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts'
import { freePort } from '../../testing/free-port.ts'

let database: TestDatabase
let admin: Client
let data: string
let url: string
let children: Child[]

beforeEach(async () => {
  database = await createTestDatabase(inject('postgresUrl'))
  admin = new Client({ connectionString: database.url })
  await admin.connect()
  data = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
  children = []
})
afterEach(async () => {
  for (const child of children) child.process.kill('SIGKILL')
  await Promise.all(children.map(({ ended }) => ended))
  await admin.end()
  await database.drop()
  rmSync(data, { recursive: true })
})

async function start(): Promise<Child> {
  const port = await freePort()
  url = `http://localhost:${port}`
  const child = startChild('whole.ts', [database.url, data, String(port)])
  children.push(child)
  await child.line('listening')
  return child
}

interface Answer {
  readonly status: number
  readonly json: Record<string, unknown>
}

async function call(method: string, path: string, key: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: response.status, json: (await response.json()) as Record<string, unknown> }
}

const clients = 10
const each = 100

describe('kill -9 of the whole server during 1,000 writes over HTTP', () => {
  it('loses no acknowledged one, and the log that the next start serves verifies', async () => {
    const child = await start()
    const token = (JSON.parse(readFileSync(join(data, 'bootstrap.json'), 'utf8')) as { token: string }).token
    // A caller may make 120 groups a minute, so there are ten of them.
    const keys: string[] = []
    for (let n = 0; n < clients; n += 1) {
      const { status, json } = await call('POST', '/api/v1/services', token, {
        name: `writer ${n}`,
        groups: ['admins'],
      })
      expect(status).toBe(201)
      keys.push(String(json['key']))
    }

    const acknowledged: string[] = []
    const writing = keys.map(async (key, client) => {
      for (let n = 0; n < each; n += 1) {
        const id = `group-${client}-${n}`
        const { status } = await call('POST', '/api/v1/groups', key, { id, name: id })
        expect(status).toBe(201)
        acknowledged.push(id)
      }
    })
    const ended = Promise.allSettled(writing)
    while (acknowledged.length < 400) await sleep(2)
    child.process.kill('SIGKILL')
    expect(await child.ended).toBe('SIGKILL')
    await ended
    expect(acknowledged.length).toBeLessThan(clients * each)

    await start()
    const { rows: groups } = await admin.query<{ id: string }>("SELECT id FROM groups WHERE id LIKE 'group-%'")
    const stored = new Set(groups.map(({ id }) => id))
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([])
    const { rows: events } = await admin.query<{ id: string }>(
      "SELECT resource_id AS id FROM events WHERE kind = 'group.created' AND resource_id LIKE 'group-%'",
    )
    expect(new Set(events.map(({ id }) => id))).toEqual(stored)
    expect(events).toHaveLength(stored.size)

    const waiting = `SELECT 1 FROM log_queue UNION ALL
      SELECT 1 FROM log_head WHERE size > (SELECT max(size) FROM log_checkpoints)`
    while ((await admin.query(waiting)).rowCount !== 0) await sleep(50)
    const authorization = `Bearer ${keys[0] ?? ''}`
    const pack = await fetch(`${url}/api/v1/ledger/pack`, { headers: { authorization } })
    const result = verifyPack((await pack.text()).split('\n').slice(0, -1))
    expect(result).toMatchObject({ ok: true, closed: 0, erased: 0 })
    expect(result.ok && result.size).toBeGreaterThan(stored.size)
  })
})
