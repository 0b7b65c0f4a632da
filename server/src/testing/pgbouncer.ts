import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { freePort } from './free-port.ts'

const places = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/** Where the program is; undefined when there is none on this machine. */
export const pgbouncerPath: string | undefined = places
  .map((place) => join(place, 'pgbouncer'))
  .find((path) => existsSync(path))

export interface PgBouncer {
  /** the same database, by way of it */
  readonly url: string
  close(): Promise<void>
}

/** A real PgBouncer in transaction mode before a database. It refuses to run as root, and runs then as who owns the database's socket. */
export async function startPgBouncer(databaseUrl: string): Promise<PgBouncer> {
  const { host, port, user = '', password, database = '' } = new Client({ connectionString: databaseUrl })
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-pgbouncer-'))
  chmodSync(folder, 0o755)
  const config = join(folder, 'pgbouncer.ini')
  const own = await freePort()
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
  writeFileSync(
    config,
    `[databases]
${database} = host=${host} port=${port} dbname=${database} user=${user} password=${quoted(password ?? '')}
[pgbouncer]
pool_mode = transaction
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = any
default_pool_size = 12
max_client_conn = 300
`,
  )
  const as = process.getuid?.() === 0 ? ['-u', ownerOf(host)] : []
  const child = spawn(pgbouncerPath ?? 'pgbouncer', [...as, '-q', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const url = `postgres://${user}@127.0.0.1:${own}/${database}`
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`pgbouncer ended: ${said}`)
    await sleep(50)
  }
  return {
    url,
    async close() {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

/** PostgreSQL does not run as root either. */
function ownerOf(socketFolder: string): string {
  return execFileSync('id', ['-nu', String(statSync(socketFolder).uid)], { encoding: 'utf8' }).trim()
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
