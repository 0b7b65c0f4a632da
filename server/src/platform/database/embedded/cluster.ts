import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { readOrCreate } from '../../write-once.ts'
import {
  type Binaries,
  elsewhere,
  findBinaries,
  reachable,
  reachableBinaries,
  type SystemUser,
  systemUser,
} from './binaries.ts'

export interface EmbeddedOptions {
  /** the data directory of Holdfast; the cluster lies in its `postgres` folder where the system user can reach it */
  readonly dataDir: string
  /** false only in tests: no fsync, so that a power cut may lose commits */
  readonly durable?: boolean
  readonly maxConnections?: number
  /** PostgreSQL had ended by itself and runs again */
  readonly onRestart?: () => void
  /** it could not be started again; it is tried further */
  readonly onError?: (error: unknown) => void
}

export interface EmbeddedCluster {
  /** @returns a postgres:// URL over the cluster's own Unix socket */
  url(database: string, user?: string, password?: string): string
  /** where the cluster lies, and whether that is outside of the data directory */
  readonly directory: string
  readonly moved: boolean
  readonly pid: number
  stop(): Promise<void>
}

/** A second start on the same data directory. */
export class DataDirectoryBusy extends Error {}

const lockKey = 0x401d_fa57
const password = 'postgres.password'

/**
 * Starts PostgreSQL as a child on its own Unix socket, or takes over the one that a killed Holdfast left running.
 * The lock of the data directory is an advisory lock in that very database: it dies with its owner's connection, so it
 * is never stale and two starts cannot both hold it.
 * @throws DataDirectoryBusy when another Holdfast runs on this data directory
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedCluster> {
  const user = systemUser()
  const binaries = reachableBinaries(await findBinaries(), user)
  const place = clusterDirectory(options.dataDir, user)
  await initialise(place.directory, binaries, user)
  const secret = readFileSync(join(place.directory, password), 'utf8')
  const socketDir = socketDirectory(place.directory, user)
  const url = (database: string, name = 'postgres', word = secret) =>
    `postgres://${name}:${word}@/${database}?host=${encodeURIComponent(socketDir)}`

  const server = { ...options, directory: place.directory, socketDir, binaries, user, url: url('postgres') }
  let running = await ensureRunning(server)
  let stopping = false
  // PostgreSQL that ends though nobody stopped it (killed by the system, or by hand) is started again: it recovers what
  // was committed. Its end is seen by that of the lock's connection, whoever's child it is.
  const watch = (lock: Client) => {
    lock.on('end', () => {
      if (!stopping) void recover()
    })
  }
  const recover = async () => {
    for (let pause = 250; ; pause = Math.min(pause * 2, 5_000)) {
      await sleep(pause)
      if (stopping) return
      try {
        running = await ensureRunning(server)
        watch(running.lock)
        options.onRestart?.()
        return
      } catch (error) {
        options.onError?.(error)
      }
    }
  }
  watch(running.lock)
  return {
    url,
    directory: place.directory,
    moved: place.moved,
    get pid() {
      return running.pid
    },
    async stop() {
      stopping = true
      await running.lock.end().catch(() => {})
      await stopPostgres(running.pid, running.child)
    },
  }
}

interface RunningPostgres {
  readonly pid: number
  /** undefined when it was found running */
  readonly child: ChildProcess | undefined
  readonly lock: Client
}

/** Starts PostgreSQL where it does not run, and takes the lock. @throws DataDirectoryBusy */
async function ensureRunning(server: SpawnOptions): Promise<RunningPostgres> {
  const child = runningPid(server.directory) === undefined ? await spawnPostgres(server) : undefined
  const lock = await takeLock(server.url, server.dataDir)
  const pid = runningPid(server.directory)
  if (pid !== undefined) return { pid, child, lock }
  await lock.end().catch(() => {})
  throw new Error('PostgreSQL stopped while Holdfast was starting.')
}

function clusterDirectory(dataDir: string, user: SystemUser | undefined): { directory: string; moved: boolean } {
  const wanted = resolve(dataDir, 'postgres')
  mkdirSync(dirname(wanted), { recursive: true, mode: 0o755 })
  if (user === undefined || reachable(dirname(wanted))) return { directory: wanted, moved: false }
  mkdirSync(elsewhere, { recursive: true, mode: 0o755 })
  return { directory: join(elsewhere, placeElsewhere(join(dirname(wanted), 'postgres.elsewhere'))), moved: true }
}

/** The data directory says where its cluster is: when it is deleted and made anew, its database is a new one too. */
function placeElsewhere(note: string): string {
  return basename(readOrCreate(note, () => `data-${randomBytes(8).toString('hex')}\n`, 0o644).trim())
}

/** A socket's path has 107 bytes at most (sun_path), so a deep data directory gets its socket in the temporary one. */
function socketDirectory(directory: string, user: SystemUser | undefined): string {
  const beside = join(directory, 'run')
  const chosen =
    Buffer.byteLength(beside) < 85
      ? beside
      : join(tmpdir(), `holdfast-${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`)
  mkdirSync(chosen, { recursive: true, mode: 0o700 })
  if (user !== undefined) chownSync(chosen, user.uid, user.gid)
  return chosen
}

/** initdb into a folder of its own, then one rename: a first start that is interrupted leaves nothing half made. */
async function initialise(directory: string, binaries: Binaries, user: SystemUser | undefined): Promise<void> {
  if (existsSync(join(directory, 'PG_VERSION'))) return
  const half = `${directory}.${process.pid}.${randomBytes(4).toString('hex')}`
  mkdirSync(half, { recursive: true, mode: 0o700 })
  const secret = randomBytes(24).toString('base64url')
  const passwordFile = `${half}.password`
  writeFileSync(passwordFile, secret, { mode: 0o600 })
  if (user !== undefined) for (const path of [half, passwordFile]) chownSync(path, user.uid, user.gid)
  try {
    const flags = [
      '--auth=scram-sha-256',
      '--username=postgres',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
      '--no-instructions',
    ]
    const run = spawn(binaries.initdb, [`--pgdata=${half}`, `--pwfile=${passwordFile}`, ...flags], {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...identity(user),
    })
    let trouble = ''
    run.stderr.on('data', (chunk: Buffer) => {
      trouble += chunk.toString()
    })
    const code = await new Promise<number | null>((done, failed) => run.on('close', done).on('error', failed))
    if (code !== 0) throw new Error(`initdb failed (${code}): ${trouble.trim()}`)
    writeFileSync(join(half, password), secret, { mode: 0o600 })
    chmodSync(half, 0o700)
    if (user !== undefined) chownSync(join(half, password), user.uid, user.gid)
    renameSync(half, directory)
  } catch (error) {
    if (!existsSync(join(directory, 'PG_VERSION'))) throw error
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(half, { recursive: true, force: true })
  }
}

function identity(user: SystemUser | undefined): { uid?: number; gid?: number } {
  return user === undefined ? {} : { uid: user.uid, gid: user.gid }
}

/** @returns the postmaster's process id when it is alive (PostgreSQL writes it as the first line of its pid file) */
function runningPid(directory: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n', 1)[0])
    process.kill(pid, 0)
    const command = existsSync(`/proc/${pid}/comm`) ? readFileSync(`/proc/${pid}/comm`, 'utf8') : 'postgres'
    return command.startsWith('postgres') ? pid : undefined
  } catch {
    return undefined
  }
}

interface SpawnOptions extends EmbeddedOptions {
  readonly directory: string
  readonly socketDir: string
  readonly binaries: Binaries
  readonly user: SystemUser | undefined
  readonly url: string
}

async function spawnPostgres(options: SpawnOptions): Promise<ChildProcess | undefined> {
  const settings: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: options.socketDir,
    max_connections: String(options.maxConnections ?? 100),
    log_min_messages: 'fatal',
    ...(options.durable === false && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // A process group of its own: Ctrl-C in a terminal must not stop the database before the server has finished.
  const child = spawn(options.binaries.postgres, ['-D', options.directory, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
    ...identity(options.user),
  })
  let trouble = ''
  child.stderr.on('data', (chunk: Buffer) => {
    trouble = (trouble + chunk.toString()).slice(-4000)
  })
  let ended = false
  child.on('exit', () => {
    ended = true
  })
  for (let waited = 0; waited < 60_000; waited += 25) {
    if (ended) {
      // Lost against a start at the same time: that one's server is running, and its lock will say so.
      if (runningPid(options.directory) !== undefined) return undefined
      throw new Error(`PostgreSQL did not start: ${trouble.trim()}`)
    }
    if (await answers(options.url)) {
      child.unref()
      return child
    }
    await sleep(25)
  }
  throw new Error(`PostgreSQL did not answer within 60 s: ${trouble.trim()}`)
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function takeLock(url: string, dataDir: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'holdfast lock', keepAlive: true })
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [lockKey])
  if (rows[0]?.locked === true) return client
  await client.end()
  throw new DataDirectoryBusy(
    `Another Holdfast is already running on the data directory ${dataDir}. Stop it, or start this one with another --data.`,
  )
}

/** A fast shutdown: sessions are ended, everything is written. */
async function stopPostgres(pid: number, child: ChildProcess | undefined): Promise<void> {
  const gone = () => {
    try {
      process.kill(pid, 0)
      return child?.exitCode !== null && child !== undefined
    } catch {
      return true
    }
  }
  if (gone()) return
  process.kill(pid, 'SIGINT')
  for (let waited = 0; waited < 20_000 && !gone(); waited += 20) await sleep(20)
  if (!gone()) process.kill(pid, 'SIGQUIT')
}
