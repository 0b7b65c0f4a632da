import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterAll, expect, test } from 'vitest'
import { DataDirectoryBusy, type EmbeddedCluster, startEmbedded } from './cluster.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-embedded-'))
const started: EmbeddedCluster[] = []
const moved: string[] = []

afterAll(async () => {
  for (const cluster of started) await cluster.stop()
  for (const directory of moved) rmSync(directory, { recursive: true, force: true })
  rmSync(folder, { recursive: true, force: true })
})

async function start(name: string, more = {}): Promise<EmbeddedCluster> {
  const cluster = await startEmbedded({ dataDir: join(folder, name), durable: false, ...more })
  started.push(cluster)
  if (cluster.moved) moved.push(cluster.directory)
  return cluster
}

async function query(cluster: EmbeddedCluster, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: cluster.url('postgres') })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

test('a second start on the same directory is refused, also when both begin at once', async () => {
  const both = await Promise.allSettled([start('twice'), start('twice')])
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const [lost] = both.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  expect(lost).toBeInstanceOf(DataDirectoryBusy)
  await expect(start('twice')).rejects.toThrow(/already running on the data directory/)
})

test('what a stopped one held is there at the next start, and it listens on no network', async () => {
  const first = await start('again')
  await query(first, 'CREATE TABLE kept AS SELECT 1 AS one')
  expect(await query(first, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }])
  expect(statSync(first.directory).mode & 0o077).toBe(0)
  await first.stop()
  expect(await query(await start('again'), 'SELECT one FROM kept')).toEqual([{ one: 1 }])
})

test('the database of a killed owner is taken over', async () => {
  const dataDir = join(folder, 'orphan')
  const program = fileURLToPath(new URL('../../../testing/processes/embedded.ts', import.meta.url))
  const owner = spawn(process.execPath, [program, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(owner.stdout, 'data')) as [Buffer]
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  await expect
    .poll(() =>
      start('orphan').then(
        ({ pid }) => pid,
        () => 0,
      ),
    )
    .toBe(Number(line.toString()))
})

test('PostgreSQL that is killed is started again, with all that was committed', async () => {
  let restarted = 0
  const cluster = await start('killed', { durable: true, onRestart: () => restarted++ })
  await query(cluster, 'CREATE TABLE kept AS SELECT 1 AS one')
  const before = cluster.pid
  process.kill(before, 'SIGKILL')
  await expect.poll(() => restarted).toBe(1)
  expect(cluster.pid).not.toBe(before)
  expect(await query(cluster, 'SELECT one FROM kept')).toEqual([{ one: 1 }])
})

test.skipIf(process.getuid?.() !== 0)(
  'as root, a directory that others cannot enter sends the cluster elsewhere',
  async () => {
    const closed = join(folder, 'closed')
    mkdirSync(closed, { mode: 0o700 })
    const cluster = await start('closed/data')
    expect(cluster.moved).toBe(true)
    expect(await query(cluster, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  },
)
